/** Leave to run one attempt. Giving it back twice does no harm. */
export interface Slot {
  release(): void;
}

/** How many attempts run at once. Who finds no slot waits in order; how many may wait is bounded by admission. */
export class Slots {
  private free: number;
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
