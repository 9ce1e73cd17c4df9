/** Leave to run one attempt. Giving it back twice does no harm. */
export interface Slot {
  release(): void;
}

/** How many attempts run at once. Who finds no slot waits in order; how many may wait is bounded by admission. */
export class Slots {
  private free: number;
  private overdue = 0;
  private readonly waiting: ((slot: Slot) => void)[] = [];
  private readonly waitingForIdle: (() => void)[] = [];

  constructor(readonly limit: number) {
    this.free = limit;
  }

  /** A slot now, or null: somebody who waits goes first. */
  tryTake(): Slot | null {
    if (this.free === 0 || this.waiting.length > 0) return null;
    this.free--;
    return this.slot();
  }

  take(): Promise<Slot> {
    const slot = this.tryTake();
    if (slot) return Promise.resolve(slot);
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /**
   * For a handler that goes on after it was given up. Its slot is free again at once, so that a few that hang do not
   * stop the rest; but of such handlers as many as there are slots may go on, and each further one keeps its slot.
   * @param ended when the handler comes to its end, if it ever does; never rejects
   */
  giveBackOverdue(slot: Slot, ended: Promise<unknown>): void {
    if (this.overdue < this.limit) slot.release();
    this.overdue++;
    void ended.then(() => {
      this.overdue--;
      slot.release();
    });
  }

  /** Resolves when nobody has a slot. */
  idle(): Promise<void> {
    if (this.free === this.limit) return Promise.resolve();
    return new Promise((resolve) => this.waitingForIdle.push(resolve));
  }

  private slot(): Slot {
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        const next = this.waiting.shift();
        if (next) next(this.slot());
        else this.free++;
        if (this.free === this.limit) for (const resolve of this.waitingForIdle.splice(0)) resolve();
      },
    };
  }
}
