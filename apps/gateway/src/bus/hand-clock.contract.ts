import type { Clock } from './clock.js';

/** Time that goes on when the test says so, from timer to timer. */
export class HandClock implements Clock {
  private now = 0;
  private timers: { readonly atMs: number; readonly callback: () => void }[] = [];

  readonly nowMs = (): number => this.now;

  readonly after = (ms: number, callback: () => void): (() => void) => {
    const timer = { atMs: this.now + Math.max(0, ms), callback };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((each) => each !== timer);
    };
  };

  get armed(): number {
    return this.timers.length;
  }

  async pass(ms: number): Promise<void> {
    const untilMs = this.now + ms;
    await settle();
    while (await this.next(untilMs));
    this.now = untilMs;
  }

  /** Lets time go on until it is there. @throws Error it never will be */
  async reach<T>(promise: Promise<T>): Promise<T> {
    let isThere = false;
    const done = (): void => {
      isThere = true;
    };
    promise.then(done, done);
    await settle();
    while (!isThere) if (!(await this.next())) throw new Error(`nothing more happens after ${this.now} ms`);
    return promise;
  }

  /** Goes on to the next timer, where there is one by then. */
  private async next(untilMs = Number.POSITIVE_INFINITY): Promise<boolean> {
    const [next] = this.timers.toSorted((a, b) => a.atMs - b.atMs);
    if (next === undefined || next.atMs > untilMs) return false;
    this.timers = this.timers.filter((each) => each !== next);
    this.now = next.atMs;
    next.callback();
    await settle();
    return true;
  }
}

/** All that has been resolved is done with. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
