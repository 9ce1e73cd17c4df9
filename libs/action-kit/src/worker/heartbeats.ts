import type { Clock } from './clock.js';

const EVERY_MS_MAX = 1_000;
const EVERY_MS_MIN = 20;

/**
 * Lets the first beat through at once, and of those that follow within a second only the last, at its end: however
 * often the author says so, the executor's timeout begins at most that much before the worker's. Shorter timeouts have
 * a shorter second.
 */
export class Heartbeats {
  readonly #everyMs: number;
  #callOff: (() => void) | null = null;
  #again = false;

  constructor(
    private readonly clock: Clock,
    timeoutMs: number,
    private readonly send: () => void,
  ) {
    this.#everyMs = Math.max(EVERY_MS_MIN, Math.min(EVERY_MS_MAX, timeoutMs / 4));
  }

  beat(): void {
    if (this.#callOff !== null) {
      this.#again = true;
      return;
    }
    this.send();
    this.#callOff = this.clock.after(this.#everyMs, () => {
      this.#callOff = null;
      if (!this.#again) return;
      this.#again = false;
      this.beat();
    });
  }

  stop(): void {
    this.#callOff?.();
    this.#callOff = null;
    this.#again = false;
  }
}
