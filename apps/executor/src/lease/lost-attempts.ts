import type { Closing } from '../execution/closing.js';
import type { ExecutionLog, Loaded } from '../execution/execution-log.js';
import type { Log } from '../ports.js';

/** An attempt that this executor runs, of the work itself or to undo it. */
export interface AttemptUnderWay {
  readonly from: Loaded;
  /** For the line that tells of it. */
  readonly executionId: string;
  readonly attempt: number;
  /** Whether it is still the newest one, by what the log says. */
  isStillMine(state: Loaded['state']): boolean;
  /** Tells its code to stop. */
  abort(): void;
}

/**
 * Looks into the log whether attempts that run here were taken over, and tells their code to stop: what they come to is
 * recorded all the same, but nobody waits for it any more. An attempt that was only given up still counts.
 */
export class LostAttempts {
  private isLooking = false;

  constructor(
    private readonly log: ExecutionLog,
    private readonly closing: Closing,
    private readonly logger: Log,
    private readonly underWay: () => readonly AttemptUnderWay[],
  ) {}

  /** Never rejects. */
  async abort(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      for (const held of this.underWay()) {
        const { from, executionId, attempt } = held;
        if (this.closing.ended) return;
        const { state } = await this.log.load(from.tenant, from.scope);
        if (held.isStillMine(state)) continue;
        held.abort();
        this.logger.warn(
          { executionId, attempt },
          'an attempt was taken over while this executor was not heard: its code is told to stop',
        );
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'it could not be found out whether attempts were taken over');
    } finally {
      this.isLooking = false;
    }
  }
}
