import type { Clock } from './clock.js';

/** Time that stands still until a test moves it. */
export class ManualClock implements Clock {
  #nowMs = 1_000_000;
  readonly #timers = new Map<symbol, { atMs: number; callback: () => void }>();

  readonly nowMs = (): number => this.#nowMs;

  readonly after = (ms: number, callback: () => void): (() => void) => {
    const id = Symbol();
    this.#timers.set(id, { atMs: this.#nowMs + ms, callback });
    return () => this.#timers.delete(id);
  };

  /** How many timers are armed. */
  get armed(): number {
    return this.#timers.size;
  }

  /** Milliseconds until each of them. */
  get waits(): number[] {
    return [...this.#timers.values()].map(({ atMs }) => atMs - this.#nowMs);
  }

  /** Moves on while nothing else can: as where code keeps the thread to itself. What became due is told by `advance`. */
  stall(ms: number): void {
    this.#nowMs += ms;
  }

  /** Moves on, from timer to timer in their order, those that are armed meanwhile included. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, { atMs }]) => atMs <= untilMs);
      const [next] = due.sort(([, one], [, other]) => one.atMs - other.atMs);
      if (next === undefined) break;
      const [id, { atMs, callback }] = next;
      this.#timers.delete(id);
      this.#nowMs = Math.max(this.#nowMs, atMs);
      callback();
    }
    this.#nowMs = untilMs;
  }
}
