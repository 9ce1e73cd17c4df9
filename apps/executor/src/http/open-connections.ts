import { NotSent } from './not-sent.js';

const ALL_MAX = 1_024;
const OF_A_HOST_MAX = 256;

/** Connections to services that are open or being opened, with an end for all. At the bound nobody is asked. */
export class OpenConnections {
  private readonly open = new Set<() => void>();
  isClosed = false;
  private readonly ofHosts = new Map<string, number>();

  constructor(
    private readonly allMax = ALL_MAX,
    private readonly ofAHostMax = OF_A_HOST_MAX,
  ) {}

  /**
   * @param cut ends the connection
   * @returns to be called when it has ended; may be called again
   * @throws NotSent there are too many
   */
  enter(host: string, cut: () => void): () => void {
    if (this.isClosed) throw new NotSent('HTTP_BUSY', 'this executor has come to its end');
    const ofHost = this.ofHosts.get(host) ?? 0;
    if (this.open.size >= this.allMax)
      throw new NotSent('HTTP_BUSY', `${this.allMax} connections to services are open`);
    if (ofHost >= this.ofAHostMax)
      throw new NotSent('HTTP_BUSY', `${ofHost} connections to ${host} are open`);
    this.ofHosts.set(host, ofHost + 1);
    this.open.add(cut);
    return () => {
      if (!this.open.delete(cut)) return;
      const left = (this.ofHosts.get(host) ?? 1) - 1;
      if (left > 0) this.ofHosts.set(host, left);
      else this.ofHosts.delete(host);
    };
  }

  get size(): number {
    return this.open.size;
  }

  /** Ends all, for good. */
  close(): void {
    this.isClosed = true;
    for (const cut of [...this.open]) cut();
  }
}
