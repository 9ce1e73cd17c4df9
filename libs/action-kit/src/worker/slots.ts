/** Of an action that bounds itself: so many of its attempts may run at once. */
export interface Lane {
  readonly name: string;
  readonly limit: number;
}

/** Called when it is the turn of whoever waits. @returns false where it begins no more: then it holds nothing */
export type Begin = () => boolean;

/**
 * Lets so many run at once, of all actions and of each that bounds itself, has so many more wait for their turn in the
 * order in which they came, and no more: half of them of one action that bounds itself. Who waits for its own action lets
 * others by.
 */
export class Slots {
  #running = 0;
  readonly #inLane = new Map<string, number>();
  readonly #waiting = new Map<Begin, Lane | null>();

  constructor(
    private readonly runningMax: number,
    private readonly waitingMax: number,
  ) {}

  get running(): number {
    return this.#running;
  }

  /** @param begin called now, or when it is its turn; whoever begins must `release` @returns false where there is no room */
  take(begin: Begin, lane: Lane | null = null): boolean {
    if (this.#hasRoom(lane)) {
      this.#begin(begin, lane);
      return true;
    }
    if (this.#waiting.size >= this.waitingMax || this.#isFull(lane)) return false;
    this.#waiting.set(begin, lane);
    return true;
  }

  /** Gives up waiting. */
  leave(begin: Begin): void {
    this.#waiting.delete(begin);
  }

  /** @param lane the one that was taken */
  release(lane: Lane | null = null): void {
    this.#give(lane);
    for (const [next, itsLane] of this.#waiting) {
      if (!this.#hasRoom(itsLane)) continue;
      this.#waiting.delete(next);
      if (this.#begin(next, itsLane)) return;
    }
  }

  #hasRoom(lane: Lane | null): boolean {
    const inLane = lane === null ? 0 : (this.#inLane.get(lane.name) ?? 0);
    return this.#running < this.runningMax && (lane === null || inLane < lane.limit);
  }

  #isFull(lane: Lane | null): boolean {
    if (lane === null) return false;
    let waiting = 0;
    for (const other of this.#waiting.values()) if (other?.name === lane.name) waiting += 1;
    return waiting >= Math.ceil(this.waitingMax / 2);
  }

  #begin(begin: Begin, lane: Lane | null): boolean {
    this.#running += 1;
    if (lane !== null) this.#count(lane, 1);
    const hasBegun = begin();
    if (!hasBegun) this.#give(lane);
    return hasBegun;
  }

  #give(lane: Lane | null): void {
    this.#running -= 1;
    if (lane !== null) this.#count(lane, -1);
  }

  #count({ name }: Lane, change: number): void {
    const now = (this.#inLane.get(name) ?? 0) + change;
    if (now === 0) this.#inLane.delete(name);
    else this.#inLane.set(name, now);
  }
}
