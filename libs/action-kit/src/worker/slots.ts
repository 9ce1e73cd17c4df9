/** Lets so many run at once, has so many more wait for their turn in the order in which they came, and no more. */
export class Slots {
  #running = 0;
  readonly #waiting = new Set<() => void>();

  constructor(
    private readonly runningMax: number,
    private readonly waitingMax: number,
  ) {}

  get running(): number {
    return this.#running;
  }

  /** @param begin called now, or when it is its turn; whoever began must `release` @returns false where there is no room */
  take(begin: () => void): boolean {
    if (this.#running < this.runningMax) {
      this.#running += 1;
      begin();
      return true;
    }
    if (this.#waiting.size >= this.waitingMax) return false;
    this.#waiting.add(begin);
    return true;
  }

  /** Gives up waiting. */
  leave(begin: () => void): void {
    this.#waiting.delete(begin);
  }

  release(): void {
    this.#running -= 1;
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    this.#running += 1;
    next();
  }
}
