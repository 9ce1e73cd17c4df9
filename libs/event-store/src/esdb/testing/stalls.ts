import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How long this process was kept from running at the longest: what a bound in a test allows for on a busy machine. */
export class Stalls {
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });

  constructor() {
    this.#delay.enable();
  }

  get longestMs(): number {
    return this.#delay.max / 1e6;
  }

  end(): void {
    this.#delay.disable();
  }
}
