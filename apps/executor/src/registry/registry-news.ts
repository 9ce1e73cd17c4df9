import { ActionName, executorSubjects, TenantName } from '@action-do/contracts';
import { type Bus, wildcardTokens } from '@action-do/messaging';
import type { Log } from '../ports.js';

const NOTHING = new Uint8Array(0);

/**
 * Executors that share a log tell each other that a version was registered, so that all of them know it at once. Best
 * effort, and only a hint to look: whoever hears none looks into the log after a second.
 */
export class RegistryNews {
  constructor(
    private readonly bus: Pick<Bus, 'publish' | 'subscribe'>,
    private readonly logger: Log,
  ) {}

  /** To be called once the registration is durable. Never throws. */
  tell(tenant: TenantName, action: ActionName): void {
    try {
      this.bus.publish(executorSubjects.registered(tenant, action), NOTHING);
    } catch (error) {
      this.logger.debug({ err: error }, 'a registration could not be told to other executors');
    }
  }

  /** @returns ends the listening  @throws BusClosed */
  listen(heard: (tenant: TenantName, action: ActionName) => void): () => void {
    const pattern = executorSubjects.registeredPattern;
    const subscription = this.bus.subscribe(pattern, ({ subject }) => {
      const [tenant, action] = wildcardTokens(pattern, subject) ?? [];
      const named = { tenant: TenantName.safeParse(tenant), action: ActionName.safeParse(action) };
      if (named.tenant.success && named.action.success) heard(named.tenant.data, named.action.data);
    });
    return () => subscription.unsubscribe();
  }
}
