export interface TurnsPlan {
  /** How many works go on at once: what they hold together is bounded by it. */
  readonly atOnce: number;
  /** They hold nothing but what was asked. */
  readonly waitingMax: number;
  /** Where that many wait. */
  readonly refusal: () => Error;
}

/** Lets some works go on at a time: the others wait, in the order in which they came, and those beyond are refused. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(private readonly plan: TurnsPlan) {}

  /** @throws the plan's refusal, and what the work throws */
  async take<T>(work: () => Promise<T>): Promise<T> {
    const { atOnce, waitingMax, refusal } = this.plan;
    if (this.#running < atOnce) this.#running += 1;
    else if (this.#waiting.length < waitingMax) await new Promise<void>((begin) => this.#waiting.push(begin));
    else throw refusal();
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // Whoever waited longest takes the place, which is not free in between.
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
