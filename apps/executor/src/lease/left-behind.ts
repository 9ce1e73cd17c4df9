import { createHash } from 'node:crypto';
import { RecoverHint, systemSubjects } from '@action-do/contracts';
import type { Bus, BusMessage, BusSubscription } from '@action-do/messaging';
import type { Log, SteadyClock } from '../ports.js';

/** Enough for whoever looks before to have taken it over, where it can. */
const TURN_MS = 150;
/** Streams waited with at once. Beyond it the rest is left to others, and to a later hint. */
const WAITING_MAX = 4_096;
/** Of a hint, 256 names of 200 bytes. */
const BYTES_MAX = 65_536;

const decoder = new TextDecoder();

export interface LeftBehindParts {
  readonly bus: Pick<Bus, 'subscribe'>;
  readonly clock: SteadyClock;
  readonly logger: Log;
  /** Of this executor. */
  readonly name: string;
  /** Of the others that are alive; null = this one cannot tell yet. */
  readonly living: () => readonly string[] | null;
  /** Looks at the streams, and takes over what there is to be taken over. */
  readonly recover: (streams: readonly string[]) => Promise<unknown>;
}

/**
 * What dead executors left, as projectors tell all that share a log. To any one of them would not do: it may have started just
 * now, so that it cannot tell who is dead, and until the hint comes again a part of a lease is gone.
 *
 *  L1 all look at each stream, one behind the other, in an order that is another one for each stream and the same for all
 *     (rendezvous hashing): so the load is shared, few append in vain, and none waits for one that cannot;
 *  L2 who cannot tell who is alive does not look.
 */
export class LeftBehind {
  private readonly waiting = new Set<string>();
  private readonly turns = new Set<() => void>();
  private subscription: BusSubscription | null = null;

  constructor(private readonly parts: LeftBehindParts) {}

  /** @throws BusClosed */
  start(): void {
    this.subscription ??= this.parts.bus.subscribe(systemSubjects.recover, (message) => this.take(message));
  }

  stop(): void {
    this.subscription?.unsubscribe();
    this.subscription = null;
    for (const callOff of this.turns) callOff();
    this.turns.clear();
  }

  private take({ payload }: BusMessage): void {
    if (payload.byteLength > BYTES_MAX) return;
    const hint = RecoverHint.safeParse(readJson(payload));
    if (hint.data?.left !== true) return;
    const living = this.parts.living();
    if (living === null) return;
    const byTurn = new Map<number, string[]>();
    for (const stream of new Set(hint.data.streams)) {
      if (this.waiting.has(stream) || this.waiting.size >= WAITING_MAX) continue;
      this.waiting.add(stream);
      const turn = turnOf(this.parts.name, living, stream);
      byTurn.set(turn, [...(byTurn.get(turn) ?? []), stream]);
    }
    for (const [turn, streams] of byTurn) this.wait(turn, streams);
  }

  private wait(turn: number, streams: readonly string[]): void {
    if (turn === 0) return void this.look(streams);
    const callOff = this.parts.clock.after(turn * TURN_MS, () => {
      this.turns.delete(callOff);
      void this.look(streams);
    });
    this.turns.add(callOff);
  }

  private async look(streams: readonly string[]): Promise<void> {
    try {
      await this.parts.recover(streams);
    } catch (error) {
      this.parts.logger.debug(
        { err: error },
        'what was left could not be looked at: a later hint tells of it again',
      );
    } finally {
      for (const stream of streams) this.waiting.delete(stream);
    }
  }
}

/** How many of the others come before this one. */
function turnOf(self: string, others: readonly string[], stream: string): number {
  const own = weigh(self, stream);
  return others.filter((other) => other !== self && weigh(other, stream).compare(own) < 0).length;
}

const weigh = (executor: string, stream: string): Buffer =>
  createHash('sha256').update(executor).update('\0').update(stream).digest();

function readJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(payload));
  } catch {
    return undefined;
  }
}
