/** When an append was written: the store's clock in milliseconds, and how many ticks of 100 ns behind that its first event is. */
export interface WrittenAt {
  readonly createdAtMs: number;
  readonly ticks: number;
}

const TICKS_A_MS = 10_000;

/**
 * Gives every event a time of its own that never goes back, also when the clock does or an append has many events. The
 * milliseconds stay what the clock said: the ticks make up for it.
 */
export class AppendClock {
  #last: WrittenAt;

  /** @param last the time of the last event in the log */
  constructor(
    private readonly nowMs: () => number,
    last: WrittenAt | undefined,
  ) {
    this.#last = last ?? { createdAtMs: 0, ticks: 0 };
  }

  /** The time of the first of `count` events; each further one is a tick later. */
  take(count: number): WrittenAt {
    const createdAtMs = this.nowMs();
    const { createdAtMs: lastMs, ticks: lastTicks } = this.#last;
    const ticks = Math.max(0, (lastMs - createdAtMs) * TICKS_A_MS + lastTicks + 1);
    this.#last = { createdAtMs, ticks: ticks + count - 1 };
    return { createdAtMs, ticks };
  }
}

/** Ticks of 100 ns since the Unix epoch. */
export const ticksOf = ({ createdAtMs, ticks }: WrittenAt, index: number): bigint =>
  BigInt(createdAtMs) * BigInt(TICKS_A_MS) + BigInt(ticks + index);
