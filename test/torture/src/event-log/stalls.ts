import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * How long this process was kept from running at the longest, milliseconds: what a promise is lengthened by on a machine
 * that others use as well. The processes under test are kept from running as much as we are.
 */
export class Stalls {
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });

  constructor() {
    this.#delay.enable();
  }

  get longestMs(): number {
    return this.#delay.max / 1e6;
  }

  /** What was before is of no account. */
  forget(): void {
    this.#delay.reset();
  }

  end(): void {
    this.#delay.disable();
  }
}
