import { createHmac, randomBytes } from 'node:crypto';
import { type TenantName, tenantStream } from '@action-do/contracts';
import type { KeyedDigest } from '@action-do/domain';
import { type EventStore, type RecordedEvent, StreamConflict } from '@action-do/event-store';
import { z } from 'zod';
import type { Chance, Clock } from '../ports.js';
import type { MasterKey } from './master-key.js';

const PEPPER_BYTES = 32;
const CHECK_TEXT = 'action.do pepper check';

const TenantCreated = z.object({
  /** The tenant's pepper under the deployment's master key, which may rotate; the pepper never does. */
  pepperWrapped: z.string(),
  /** Digest of a fixed text: a wrong pepper stops the start instead of making every repeat look new. */
  pepperCheck: z.string(),
});

/** The keyed digests of tenants: makes a tenant's pepper once, records it wrapped, and finds it again. */
export class TenantKeys {
  private readonly digests = new Map<TenantName, Promise<KeyedDigest>>();

  constructor(
    private readonly store: EventStore,
    private readonly masterKey: MasterKey,
    private readonly clock: Clock,
    private readonly chance: Chance,
  ) {}

  /** @throws MasterKeyError the master key is not the one that wrapped this tenant's pepper */
  digestOf(tenant: TenantName): Promise<KeyedDigest> {
    const known = this.digests.get(tenant);
    if (known) return known;
    const digest = this.open(tenant);
    this.digests.set(tenant, digest);
    digest.catch(() => this.digests.delete(tenant));
    return digest;
  }

  private async open(tenant: TenantName): Promise<KeyedDigest> {
    const stream = tenantStream(tenant);
    const created = (await this.first(stream)) ?? (await this.create(tenant, stream));
    const { pepperWrapped, pepperCheck } = TenantCreated.parse(created.data);
    const digest = keyedDigest(this.masterKey.unwrap(pepperWrapped, bindingOf(tenant)));
    if (digest(CHECK_TEXT) !== pepperCheck)
      throw new Error(`the pepper of tenant ${tenant} does not fit its check value`);
    return digest;
  }

  private async create(
    tenant: TenantName,
    stream: string,
  ): Promise<RecordedEvent | Pick<RecordedEvent, 'data'>> {
    const pepper = randomBytes(PEPPER_BYTES);
    const data = {
      pepperWrapped: this.masterKey.wrap(pepper, bindingOf(tenant)),
      pepperCheck: keyedDigest(pepper)(CHECK_TEXT),
    };
    const occurredAt = new Date(this.clock.nowMs()).toISOString();
    const metadata = {
      recordVersion: '1',
      schemaVersion: '1',
      tenant,
      actorType: 'system',
      actorId: 'action.do',
      occurredAt,
    };
    try {
      await this.store.append(
        stream,
        [{ id: this.chance.uuid(), type: 'TenantCreated', data, metadata }],
        'no-stream',
      );
      return { data };
    } catch (error) {
      // Another executor made it in the same moment: that one counts.
      const first = error instanceof StreamConflict ? await this.first(stream) : null;
      if (first === null) throw error;
      return first;
    }
  }

  private async first(stream: string): Promise<RecordedEvent | null> {
    for await (const event of this.store.readStream(stream, { limit: 1 })) return event;
    return null;
  }
}

const bindingOf = (tenant: TenantName): string => `the pepper of tenant ${tenant}`;

const keyedDigest =
  (pepper: Buffer): KeyedDigest =>
  (text) =>
    createHmac('sha256', pepper).update(text).digest('hex');
