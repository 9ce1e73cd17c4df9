import type { TenantName } from '@action-do/contracts';
import type { Generation } from '@action-do/domain';
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
    private readonly lookup: Pick<ActionLookup, 'findKnown'>,
    private readonly clock: Clock,
    private readonly closing: Closing,
  ) {}

  /** Never rejects. @param signal ends the waiting  @param untilMs else that of the execution */
  async wait(loaded: Loaded, signal?: AbortSignal, untilMs?: number): Promise<void> {
    const { generation } = loaded.state;
    if (generation === null) return;
    const endsAtMs = untilMs ?? generation.request.deadlineAtMs;
    while (!this.closing.draining && !signal?.aborted) {
      if (this.clock.nowMs() + LOOK_EVERY_MS >= endsAtMs) return;
      if (await this.isThereOrOver(loaded.tenant, generation, endsAtMs, signal)) return;
      await pause(this.clock, LOOK_EVERY_MS, signal);
    }
  }

  /** To look may take longer than is left, or than anybody wants to know. */
  private isThereOrOver(
    tenant: TenantName,
    { request }: Generation,
    endsAtMs: number,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (isOver: boolean): void => {
        callOff();
        signal?.removeEventListener('abort', onOver);
        resolve(isOver);
      };
      const onOver = (): void => end(true);
      const callOff = this.clock.after(endsAtMs - this.clock.nowMs(), onOver);
      signal?.addEventListener('abort', onOver, { once: true });
      void this.isThere(tenant, request.action, request.version).then(end);
    });
  }

  private async isThere(tenant: TenantName, name: string, version: number): Promise<boolean> {
    // Where the contract cannot be read, the attempt itself will tell.
    const action = await this.lookup.findKnown(tenant, name, version).catch(() => null);
    const elsewhere = action?.performer.elsewhere;
    return elsewhere === undefined || (await elsewhere.isThere());
  }
}
