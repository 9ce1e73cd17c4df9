import { createHash } from 'node:crypto';
import { RecoverHint, systemSubjects } from '@action-do/contracts';
import type { Bus, BusMessage, BusSubscription } from '@action-do/messaging';
import type { Log, SteadyClock } from '../ports.js';
import { readTold } from './read-told.js';

/** Enough for whoever looks before to have taken it over, where it can. */
const RANK_MS = 150;
/** All that rank behind look at the same moment: none may be the only one that can, and come too late. */
const RANK_MAX = 3;
/** Streams that are read at once: one after the other, those of a busy executor would take a part of a lease. */
const LOOKS_AT_ONCE = 16;
/** Streams waited with at once. Beyond it the rest is left to others, and to a later hint. */
const WAITING_MAX = 4_096;
/** Of a hint, 256 names of 200 bytes. */
const BYTES_MAX = 65_536;

export interface OrphansParts {
  readonly bus: Pick<Bus, 'subscribe'>;
  readonly clock: SteadyClock;
  readonly logger: Log;
  /** Of this executor. */
  readonly name: string;
  /** Of the others that are alive; null = this one cannot tell yet. */
  readonly living: () => readonly string[] | null;
  /** Looks at the stream, and takes over what there is to be taken over. */
  readonly recover: (stream: string) => Promise<unknown>;
}

/**
 * Orphaned executions, which dead executors left in an attempt, as projectors tell of them to all that share a log. To tell
 * any one would not do: it may have started just now, so that it cannot tell who is dead, and until the hint comes again a
 * part of a lease is gone.
 *
 *  O1 all look at each stream, in an order that is another one for each stream and the same for all (rendezvous hashing):
 *     so the load is shared, few append in vain, and none waits long for those that cannot perform it;
 *  O2 who cannot tell who is alive does not look;
 *  O3 however many are told of, a few are read at once, and one that takes long keeps no other waiting.
 */
export class Orphans {
  /** Told of and not looked at yet: at most once each. */
  private readonly waiting = new Set<string>();
  private readonly due: string[] = [];
  private readonly ranked = new Set<() => void>();
  private looking = 0;
  private subscription: BusSubscription | null = null;

  constructor(private readonly parts: OrphansParts) {}

  /** @throws BusClosed */
  start(): void {
    this.subscription ??= this.parts.bus.subscribe(systemSubjects.recover, (message) => this.take(message));
  }

  stop(): void {
    this.subscription?.unsubscribe();
    this.subscription = null;
    for (const callOff of this.ranked) callOff();
    this.ranked.clear();
    this.due.length = 0;
    this.waiting.clear();
  }

  private take({ payload }: BusMessage): void {
    const hint = RecoverHint.safeParse(readTold(payload, BYTES_MAX));
    if (hint.data?.orphaned !== true) return;
    const living = this.parts.living();
    if (living === null) return;
    const byRank = new Map<number, string[]>();
    for (const stream of hint.data.streams) {
      if (this.waiting.has(stream) || this.waiting.size >= WAITING_MAX) continue;
      this.waiting.add(stream);
      const rank = Math.min(rankOf(this.parts.name, living, stream), RANK_MAX);
      byRank.set(rank, [...(byRank.get(rank) ?? []), stream]);
    }
    for (const [rank, streams] of byRank) this.lookAfter(rank * RANK_MS, streams);
  }

  private lookAfter(ms: number, streams: readonly string[]): void {
    const begin = (): void => {
      this.due.push(...streams);
      for (let lanes = this.looking; lanes < LOOKS_AT_ONCE; lanes += 1) void this.lookOn();
    };
    if (ms === 0) begin();
    else {
      const callOff = this.parts.clock.after(ms, () => {
        this.ranked.delete(callOff);
        begin();
      });
      this.ranked.add(callOff);
    }
  }

  /** One of those that look, until nothing is due. */
  private async lookOn(): Promise<void> {
    this.looking += 1;
    for (let stream = this.due.shift(); stream !== undefined; stream = this.due.shift()) {
      try {
        await this.parts.recover(stream);
      } catch (error) {
        this.parts.logger.debug(
          { err: error, stream },
          'an orphan could not be looked at: it will be told of again',
        );
      } finally {
        this.waiting.delete(stream);
      }
    }
    this.looking -= 1;
  }
}

/** How many of the others come before this one. */
function rankOf(self: string, others: readonly string[], stream: string): number {
  const own = weigh(self, stream);
  return others.filter((other) => other !== self && weigh(other, stream).compare(own) < 0).length;
}

const weigh = (executor: string, stream: string): Buffer =>
  createHash('sha256').update(executor).update('\0').update(stream).digest();
