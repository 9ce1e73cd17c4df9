import type { TenantName } from '@action-do/contracts';
import { type Bus, wildcardTokens } from '@action-do/messaging';
import type { Log } from '../ports.js';

const NOTHING = new Uint8Array(0);

/** What one kind of news is about, and where it is told: its name is all that it says. */
export interface NewsOf<Name extends string> {
  /** In words, for the log: `a cancel`. */
  readonly what: string;
  readonly subjectOf: (tenant: TenantName, name: Name) => string;
  /** The subject of all tenants and names: `*` twice. */
  readonly pattern: string;
}

/**
 * Executors that share a log tell each other of what was recorded. Best effort, and only a hint to look: what it misses,
 * the log says.
 */
export class NewsAmongExecutors<Name extends string> {
  constructor(
    private readonly of: NewsOf<Name>,
    private readonly bus: Pick<Bus, 'publish' | 'subscribe'>,
    private readonly logger: Log,
  ) {}

  /** To be called once it is durable. Never throws. */
  tell(tenant: TenantName, name: Name): void {
    try {
      this.bus.publish(this.of.subjectOf(tenant, name), NOTHING);
    } catch (error) {
      this.logger.debug({ err: error }, `${this.of.what} could not be told to other executors`);
    }
  }

  /**
   * @param heard is given what came as a tenant and a name, whoever said it
   * @returns ends the listening  @throws BusClosed
   */
  listen(heard: (tenant: string, name: string) => void): () => void {
    const { pattern } = this.of;
    const subscription = this.bus.subscribe(pattern, ({ subject }) => {
      const [tenant = '', name = ''] = wildcardTokens(pattern, subject) ?? [];
      heard(tenant, name);
    });
    return () => subscription.unsubscribe();
  }
}
