/** Streams remembered as told; the due ones among them are asked for besides, so that they hide no others. */
const TOLD_MAX = 4_096;

interface Told {
  readonly untilMs: number;
  readonly times: number;
}

/** Which streams were told of just now, so that nobody is told of the same ones all the time. */
export class ToldStreams {
  readonly #told = new Map<string, Told>();

  /** @param againAfterMs after being told once, twice, …; the last one holds for all further times */
  constructor(private readonly againAfterMs: readonly number[]) {}

  /** Streams that must not be told of now. */
  sizeAt(nowMs: number): number {
    let size = 0;
    for (const { untilMs } of this.#told.values()) if (untilMs > nowMs) size += 1;
    return size;
  }

  /** Of these the first that may be told of now, at most `max`: they count as told. */
  take(streams: readonly string[], max: number, nowMs: number): string[] {
    const free = max - Math.max(0, this.sizeAt(nowMs) + max - TOLD_MAX);
    const taken = streams.filter((stream) => !this.#isTold(stream, nowMs)).slice(0, Math.max(0, free));
    for (const stream of taken) {
      const times = this.#told.get(stream)?.times ?? 0;
      const waitMs = this.againAfterMs[Math.min(times, this.againAfterMs.length - 1)] ?? 0;
      this.#told.set(stream, { untilMs: nowMs + waitMs, times: times + 1 });
    }
    this.#forget(nowMs);
    return taken;
  }

  #isTold(stream: string, nowMs: number): boolean {
    return (this.#told.get(stream)?.untilMs ?? nowMs) > nowMs;
  }

  /** How often something was told counts while it is told again soon after. */
  #forget(nowMs: number): void {
    const lastMs = this.againAfterMs.at(-1) ?? 0;
    for (const [stream, { untilMs }] of this.#told)
      if (untilMs + lastMs <= nowMs || this.#told.size > 2 * TOLD_MAX) this.#told.delete(stream);
  }
}
