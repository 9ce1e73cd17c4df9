import { NotSent } from './not-sent.js';

const ALL_MAX = 1_024;
const OF_A_HOST_MAX = 256;

/** One connection, to be told what becomes of it; each may be said again. */
export interface OpenConnection {
  /** Its attempt was given up: it makes room for others. How many of these there are is bounded elsewhere. */
  readonly givenUp: () => void;
  readonly ended: () => void;
}

/** Connections to services that are open or being opened, with an end for all. At the bound nobody is asked. */
export class OpenConnections {
  private readonly open = new Set<() => void>();
  private readonly ofHosts = new Map<string, number>();
  private wanted = 0;
  isClosed = false;

  constructor(
    private readonly allMax = ALL_MAX,
    private readonly ofAHostMax = OF_A_HOST_MAX,
  ) {}

  /** @param cut ends the connection  @throws NotSent there are too many */
  enter(host: string, cut: () => void): OpenConnection {
    if (this.isClosed) throw new NotSent('HTTP_BUSY', 'this executor has come to its end');
    const ofHost = this.ofHosts.get(host) ?? 0;
    if (this.wanted >= this.allMax)
      throw new NotSent('HTTP_BUSY', `${this.allMax} connections to services are open`);
    if (ofHost >= this.ofAHostMax)
      throw new NotSent('HTTP_BUSY', `${ofHost} connections to ${host} are open`);
    this.ofHosts.set(host, ofHost + 1);
    this.wanted++;
    this.open.add(cut);
    let counts = true;
    const givenUp = (): void => {
      if (!counts) return;
      counts = false;
      this.wanted--;
      const left = (this.ofHosts.get(host) ?? 1) - 1;
      if (left > 0) this.ofHosts.set(host, left);
      else this.ofHosts.delete(host);
    };
    const ended = (): void => {
      givenUp();
      this.open.delete(cut);
    };
    return { givenUp, ended };
  }

  /** Those of attempts that were given up included. */
  get size(): number {
    return this.open.size;
  }

  /** Ends all, for good. */
  close(): void {
    this.isClosed = true;
    for (const cut of [...this.open]) cut();
  }
}
