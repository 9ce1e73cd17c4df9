import { type Clock, pause } from '../ports.js';
import type { ActionLookup } from '../registry/look-up-action.js';
import type { Closing } from './closing.js';
import type { Loaded } from './execution-log.js';

/** How often it is looked whether somebody has come. */
const LOOK_EVERY_MS = 500;

/**
 * Before an attempt is begun: waits until somebody is there to perform it, as long as the execution may take. Beginning
 * it anyway would use up the attempts of an action whose worker is only being started again.
 */
export class PerformerAwaiter {
  constructor(
    private readonly lookup: ActionLookup,
    private readonly clock: Clock,
    private readonly closing: Closing,
  ) {}

  /** Never rejects. @param signal ends the waiting  @param untilMs else that of the execution */
  async wait({ tenant, state }: Loaded, signal?: AbortSignal, untilMs?: number): Promise<void> {
    if (state.generation === null) return;
    const { action: name, version, deadlineAtMs } = state.generation.request;
    while (!this.closing.draining && !signal?.aborted) {
      if (this.clock.nowMs() + LOOK_EVERY_MS >= (untilMs ?? deadlineAtMs)) return;
      // Where the contract cannot be read, the attempt itself will tell.
      const action = await this.lookup.findKnown(tenant, name, version).catch(() => null);
      const elsewhere = action?.performer.elsewhere;
      if (elsewhere === undefined || (await elsewhere.isThere())) return;
      await pause(this.clock, LOOK_EVERY_MS, signal);
    }
  }
}
