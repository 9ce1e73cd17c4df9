/** Leave to run one attempt. Giving it back twice does no harm. */
export interface Slot {
  release(): void;
}

/** Of an action that bounds itself: how many of its attempts may run at once, beside what all may. */
export interface Lane {
  /** Equal names are one lane. */
  readonly name: string;
  /** Of the code that it was looked up with; where the code was replaced since, what was said then holds. */
  readonly limit: number;
}

interface Waiter {
  readonly lane: Lane | null;
  readonly begin: (slot: Slot | null) => void;
}

/**
 * How many attempts run at once, of all actions and of each that bounds itself. Who finds no slot waits in order; who waits
 * for its own action lets others by. How many may wait is bounded by admission.
 */
export class Slots {
  private free: number;
  private overdue = 0;
  private readonly waiting = new Set<Waiter>();
  /** Attempts of each lane that run, given up or not; none is not in it. */
  private readonly running = new Map<string, Set<HeldSlot>>();
  /** Of each lane of which it was said, waited for or not: as many as this process has, or had, definitions. */
  private readonly limits = new Map<string, number>();
  private readonly waitingForIdle: (() => void)[] = [];

  constructor(readonly limit: number) {
    this.free = limit;
  }

  /** A slot now, or null: somebody who waits, and could begin, goes first. */
  tryTake(lane: Lane | null = null): Slot | null {
    if (this.free === 0 || !this.hasRoom(lane)) return null;
    // While a slot is free, whoever waits does so for a lane that is full.
    return this.slot(lane);
  }

  take(lane?: Lane | null): Promise<Slot>;
  /** @param signal ends the waiting @returns null: it did */
  take(lane: Lane | null, signal: AbortSignal): Promise<Slot | null>;
  take(lane: Lane | null = null, signal?: AbortSignal): Promise<Slot | null> {
    const slot = this.tryTake(lane);
    if (slot || signal?.aborted) return Promise.resolve(slot);
    return new Promise((begin) => {
      const waiter = { lane, begin };
      this.waiting.add(waiter);
      const leave = (): void => {
        if (this.waiting.delete(waiter)) begin(null);
      };
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  /**
   * For a handler that goes on after it was given up. Its slot is free again at once, so that a few that hang do not
   * stop the rest; but of such handlers as many as there are slots may go on, and each further one keeps its slot. In its
   * lane it stays till it ends: what the author bounded is what runs.
   * @param ended when the handler comes to its end, if it ever does; never rejects
   */
  giveBackOverdue(slot: Slot, ended: Promise<unknown>): void {
    if (slot instanceof HeldSlot) {
      if (this.overdue < this.limit) slot.giveBack();
      slot.isOverdue = true;
      if (slot.isOfFormerCode) slot.leaveLane();
    }
    this.overdue++;
    void ended.then(() => {
      this.overdue--;
      slot.release();
    });
  }

  /**
   * The code of an action was replaced: what hangs in the former keeps the new from its lane no longer, and those who
   * wait go on with the new, as many at once as that may. What the former has time for stays in the lane till it ends or is
   * given up.
   * @param limit of the new code; Infinity: it does not bound itself
   */
  codeReplaced(lane: string, limit: number): void {
    this.limits.set(lane, limit);
    for (const slot of [...(this.running.get(lane) ?? [])]) {
      slot.isOfFormerCode = true;
      if (slot.isOverdue) slot.leaveLane();
    }
    // Who waits goes before who comes.
    while (this.beginNext());
  }

  /** Resolves when nobody has a slot. */
  idle(): Promise<void> {
    if (this.free === this.limit) return Promise.resolve();
    return new Promise((resolve) => this.waitingForIdle.push(resolve));
  }

  private hasRoom(lane: Lane | null): boolean {
    if (lane === null) return true;
    const { name, limit } = lane;
    return (this.running.get(name)?.size ?? 0) < (this.limits.get(name) ?? limit);
  }

  private slot(lane: Lane | null): Slot {
    this.free--;
    const slot: HeldSlot = new HeldSlot(
      () => {
        this.free++;
        this.beginNext();
        if (this.free === this.limit) for (const resolve of this.waitingForIdle.splice(0)) resolve();
      },
      () => {
        if (lane === null) return;
        const beside = this.running.get(lane.name);
        beside?.delete(slot);
        if (beside?.size === 0) this.running.delete(lane.name);
        this.beginNext();
      },
    );
    if (lane !== null) this.running.set(lane.name, (this.running.get(lane.name) ?? new Set()).add(slot));
    return slot;
  }

  /** @returns whether there was one to begin, and room for it */
  private beginNext(): boolean {
    if (this.free === 0) return false;
    for (const waiter of this.waiting) {
      if (!this.hasRoom(waiter.lane)) continue;
      this.waiting.delete(waiter);
      waiter.begin(this.slot(waiter.lane));
      return true;
    }
    return false;
  }
}

class HeldSlot implements Slot {
  private isBack = false;
  private isOut = false;
  isOverdue = false;
  isOfFormerCode = false;

  constructor(
    private readonly backToAll: () => void,
    private readonly outOfLane: () => void,
  ) {}

  /** To all, but not to its lane. */
  giveBack(): void {
    if (this.isBack) return;
    this.isBack = true;
    this.backToAll();
  }

  leaveLane(): void {
    if (this.isOut) return;
    this.isOut = true;
    this.outOfLane();
  }

  release(): void {
    this.leaveLane();
    this.giveBack();
  }
}
