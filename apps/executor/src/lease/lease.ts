import type { Bus } from '@action-do/messaging';
import { Peers } from '@action-do/service-kit';
import type { Loaded } from '../execution/execution-log.js';
import type { Log, SteadyClock } from '../ports.js';
import { Adoptions } from './adoptions.js';
import type { Beater } from './beater.js';
import { BEATS_A_LEASE, Beats } from './beats.js';
import { Orphans } from './orphans.js';

/** Leases for which it is looked, after it may have been lost, whether somebody took something over. */
const LOOKED_FOR_LEASES = 2;

export interface LeaseParts {
  readonly bus: Pick<Bus, 'publish' | 'subscribe'>;
  readonly clock: SteadyClock;
  readonly logger: Log;
  /** Of the executor. */
  readonly name: string;
  readonly leaseMs: number;
  /** Beats while this process's event loop stands still. */
  readonly beater: Beater | null;
  /** Looks at a stream that a dead executor is said to have left, and takes over what there is. */
  readonly recover: (stream: string) => Promise<unknown>;
}

/** What an executor knows of the others on its log. */
export interface Others {
  /** Whether the attempt that `loaded` ends with, which another executor began, may still be somebody's. */
  mayHold(loaded: Loaded): boolean;
  /** Whether that executor may still be at something. */
  mayLive(executor: string): boolean;
  /** Tells them that this one waits for what a worker does on behalf of a dead one. */
  tellAdopted(loaded: Loaded): void;
}

/**
 * The lease of one executor among those that share a log: it beats, hears the others' beats, and notices where others may
 * have missed its own (it was paused, or cut off from the bus). Then what it runs may be somebody else's by now, which
 * only the log can say: `mayBeLost` is called with each beat until that is certainly over.
 */
export class Lease implements Others {
  private readonly peers: Peers;
  private readonly adoptions: Adoptions;
  private readonly beats: Beats;
  private readonly orphans: Orphans;
  private beatAtMs = 0;
  private lookUntilMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly parts: LeaseParts,
    private readonly mayBeLost: () => void,
  ) {
    const { bus, clock, logger, name, leaseMs, recover } = parts;
    this.peers = new Peers({ bus, clock, leaseMs, self: name });
    this.adoptions = new Adoptions(bus, logger, name);
    const living = (): readonly string[] | null => this.peers.living();
    this.orphans = new Orphans({ bus, clock, logger, name, living, recover });
    this.beats = new Beats({
      ...parts,
      executor: name,
      isHeard: () => !this.isMissed(this.peers.unheardMs()),
      onBeat: () => this.noticeSilence(),
    });
  }

  /** Listens before it beats: the first beat that comes back tells that it is heard. @throws BusClosed */
  start(): void {
    this.beatAtMs = this.parts.clock.monotonicMs();
    this.peers.start();
    this.adoptions.start();
    this.orphans.start();
    this.beats.start();
  }

  mayHold(loaded: Loaded): boolean {
    const executor = loaded.state.generation?.executor ?? null;
    if (executor !== null && this.mayLive(executor)) return true;
    const adopter = this.adoptions.by(loaded);
    return adopter !== null && this.mayLive(adopter);
  }

  mayLive(executor: string): boolean {
    return !this.peers.isDead(executor);
  }

  tellAdopted(loaded: Loaded): void {
    this.adoptions.tell(loaded);
  }

  /** Nothing may be appended any more. Resolves within a bound, when the others have been told so. */
  async end(): Promise<void> {
    this.peers.stop();
    this.adoptions.stop();
    this.orphans.stop();
    await this.beats.over();
  }

  /**
   * That this process stood still is reason enough to look, also where a beater went on meanwhile: whether it stood still
   * with the rest, only others know, and a look that was not needed is a few reads.
   */
  private noticeSilence(): void {
    const { clock, leaseMs } = this.parts;
    const nowMs = clock.monotonicMs();
    const silentMs = Math.max(nowMs - this.beatAtMs, this.peers.unheardMs());
    this.beatAtMs = nowMs;
    if (this.isMissed(silentMs)) this.lookUntilMs = nowMs + leaseMs * LOOKED_FOR_LEASES;
    if (nowMs < this.lookUntilMs) this.mayBeLost();
  }

  /** By somebody to whom the beat before was lost, too. */
  private isMissed(silentMs: number): boolean {
    return silentMs >= (this.parts.leaseMs * (BEATS_A_LEASE - 1)) / BEATS_A_LEASE;
  }
}
