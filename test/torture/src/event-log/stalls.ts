const LOOK_EVERY_MS = 10;

/** Times by performance.now(). */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * When this process was kept from running, by others on the machine or by its own work: for so long it does not see what
 * came. Of one round: `forget` is called at the begin of each, so there are no more than a round has hundredths of a second.
 */
export class Stalls {
  readonly #timer: NodeJS.Timeout;
  #stalls: Span[] = [];
  #lookedAtMs: number;

  constructor(private readonly nowMs = () => performance.now()) {
    this.#lookedAtMs = nowMs();
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  get longestMs(): number {
    return this.sumMs(1, { fromMs: Number.NEGATIVE_INFINITY, untilMs: Number.POSITIVE_INFINITY });
  }

  /** How long the `count` longest were that lie within what was measured; of one that lies there in part, that part. */
  sumMs(count: number, measured: Span): number {
    // The one that ends just now is not looked at yet.
    this.#look();
    return this.#stalls
      .map(({ fromMs, untilMs }) => Math.min(untilMs, measured.untilMs) - Math.max(fromMs, measured.fromMs))
      .filter((ms) => ms > 0)
      .sort((a, b) => b - a)
      .slice(0, count)
      .reduce((sum, ms) => sum + ms, 0);
  }

  /** What was before is of no account. */
  forget(): void {
    this.#look();
    this.#stalls = [];
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    // A look was to come by then.
    const fromMs = this.#lookedAtMs + LOOK_EVERY_MS;
    const untilMs = this.nowMs();
    if (untilMs - fromMs > LOOK_EVERY_MS) this.#stalls.push({ fromMs, untilMs });
    this.#lookedAtMs = untilMs;
  }
}
