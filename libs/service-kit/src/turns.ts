/**
 * Lets some works go on at a time, and has others wait: fairly between tenants, so that nobody's many keep anybody else out.
 * I1: no tenant has all places, where there are two or more: one is free for the next tenant, or another has it.
 * I2: a place that is free goes from tenant to tenant, and within one to whoever waited longest.
 * I3: where all wait that may, the newest of the tenant with the most gives way to one of a tenant with fewer.
 */

export interface TurnsPlan {
  /** How many works go on at once: what they hold together is bounded by it. */
  readonly atOnce: number;
  /** Of all tenants together. They hold nothing but what was asked. */
  readonly waitingMax: number;
  /** Where that many wait. */
  readonly refusal: () => Error;
}

interface Waiter {
  readonly isWanted: () => boolean;
  readonly begin: () => void;
  readonly refuse: () => void;
}

export class Turns {
  readonly #running = new Map<string, number>();
  #runningCount = 0;
  /** By tenant; the one whose turn is next stands first. None is empty. */
  readonly #waiting = new Map<string, Waiter[]>();
  #waitingCount = 0;

  constructor(private readonly plan: TurnsPlan) {}

  /**
   * @param isWanted whether somebody still listens: asked when its turn comes, and where others need its place
   * @throws the plan's refusal: too many wait, or it is not wanted any more; and what the work throws
   */
  async take<T>(tenant: string, work: () => Promise<T>, isWanted: () => boolean = () => true): Promise<T> {
    if (this.#hasPlace(tenant)) this.#occupy(tenant);
    else await this.#wait(tenant, isWanted);
    try {
      return await work();
    } finally {
      this.#leave(tenant);
      this.#beginNext();
    }
  }

  #hasPlace(tenant: string): boolean {
    const { atOnce } = this.plan;
    return this.#runningCount < atOnce && (this.#running.get(tenant) ?? 0) < Math.max(1, atOnce - 1);
  }

  #occupy(tenant: string): void {
    this.#running.set(tenant, (this.#running.get(tenant) ?? 0) + 1);
    this.#runningCount += 1;
  }

  #leave(tenant: string): void {
    const others = (this.#running.get(tenant) ?? 0) - 1;
    if (others > 0) this.#running.set(tenant, others);
    else this.#running.delete(tenant);
    this.#runningCount -= 1;
  }

  /** Ends with a place taken. */
  #wait(tenant: string, isWanted: () => boolean): Promise<void> {
    if (this.#isFull) this.#refuseUnwanted();
    if (this.#isFull && !this.#giveWayTo(tenant)) throw this.plan.refusal();
    const waiting = this.#waiting.get(tenant) ?? [];
    this.#waiting.set(tenant, waiting);
    this.#waitingCount += 1;
    return new Promise((begin, fail) => {
      waiting.push({ isWanted, begin, refuse: () => fail(this.plan.refusal()) });
    });
  }

  get #isFull(): boolean {
    return this.#waitingCount >= this.plan.waitingMax;
  }

  /** One is enough: before the place became free, nobody who waits could have had one. */
  #beginNext(): void {
    // A tenant that goes to the end is met again: until one begins, or nobody is left who may.
    for (const [tenant, waiting] of this.#waiting) {
      if (!this.#hasPlace(tenant)) continue;
      const [next, ...others] = waiting;
      this.#waiting.delete(tenant);
      this.#keep(tenant, waiting, others);
      if (next?.isWanted()) {
        this.#occupy(tenant);
        next.begin();
        return;
      }
      next?.refuse();
    }
  }

  #refuseUnwanted(): void {
    for (const [tenant, waiting] of this.#waiting) {
      const wanted: Waiter[] = [];
      for (const one of waiting)
        if (one.isWanted()) wanted.push(one);
        else one.refuse();
      this.#keep(tenant, waiting, wanted);
    }
  }

  /** @returns false where nobody has so many more that it would be fairer */
  #giveWayTo(tenant: string): boolean {
    let greedy = tenant;
    let most: Waiter[] = [];
    for (const [other, waiting] of this.#waiting)
      if (waiting.length > most.length) [greedy, most] = [other, waiting];
    const newest = most.at(-1);
    if (newest === undefined || most.length <= (this.#waiting.get(tenant)?.length ?? 0) + 1) return false;
    this.#keep(greedy, most, most.slice(0, -1));
    newest.refuse();
    return true;
  }

  #keep(tenant: string, before: readonly Waiter[], now: Waiter[]): void {
    this.#waitingCount -= before.length - now.length;
    if (now.length > 0) this.#waiting.set(tenant, now);
    else this.#waiting.delete(tenant);
  }
}
