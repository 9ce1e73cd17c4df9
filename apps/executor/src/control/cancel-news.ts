import { type ExecutionId, executorSubjects, type TenantName } from '@action-do/contracts';
import { type Bus, wildcardTokens } from '@action-do/messaging';
import type { Log } from '../ports.js';

const NOTHING = new Uint8Array(0);

/**
 * Executors that share a log tell each other that a cancel was recorded, for the attempt may be another's. Best effort,
 * and only a hint: what it misses, the log says when the attempt ends.
 */
export class CancelNews {
  constructor(
    private readonly bus: Pick<Bus, 'publish' | 'subscribe'>,
    private readonly logger: Log,
  ) {}

  /** To be called once the cancel is durable. Never throws. */
  tell(tenant: TenantName, execution: ExecutionId): void {
    try {
      this.bus.publish(executorSubjects.cancel(tenant, execution), NOTHING);
    } catch (error) {
      this.logger.debug({ err: error }, 'a cancel could not be told to other executors');
    }
  }

  /** @returns ends the listening  @throws BusClosed */
  listen(heard: (execution: string) => void): () => void {
    const pattern = executorSubjects.cancelPattern;
    const subscription = this.bus.subscribe(pattern, ({ subject }) => {
      const [, execution = ''] = wildcardTokens(pattern, subject) ?? [];
      heard(execution);
    });
    return () => subscription.unsubscribe();
  }
}
