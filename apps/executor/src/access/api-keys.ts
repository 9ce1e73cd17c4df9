import { existsSync, readFileSync } from 'node:fs';
import {
  type AccessRecord,
  accessStream,
  accessStreamPrefix,
  KeyCreated,
  parseApiKey,
  TenantName,
} from '@action-do/contracts';
import type { EventStore } from '@action-do/event-store';
import { writePrivateFile } from '@action-do/service-kit';
import type { Chance, Clock } from '../ports.js';
import { digestApiKey, makeApiKey } from './api-key-secret.js';

/** The first key of another tenant lies where this tenant's would be written: overwriting would lose it for good. */
export class ForeignKeyFile extends Error {
  readonly code = 'FOREIGN_KEY_FILE';
  constructor(file: string, owner: string, tenant: string) {
    super(
      `${file} holds the API key of tenant ${owner}: start with DO_TENANT=${owner}, or move that file away to begin tenant ${tenant}`,
    );
    this.name = 'ForeignKeyFile';
  }
}

/** API keys as events, one stream a key: a look-up is one short read. */
export class ApiKeys {
  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly chance: Chance,
  ) {}

  /** What is known of a key by its public id; null where there is no such key. Tells nothing secret. */
  async find(keyId: string): Promise<AccessRecord> {
    const tenant = TenantName.safeParse(keyId.slice(0, Math.max(0, keyId.lastIndexOf('-'))));
    if (!tenant.success || !/^[a-z0-9-]+$/.test(keyId)) return null;
    for await (const event of this.store.readStream(accessStream(tenant.data, keyId), { limit: 1 })) {
      const { digest, name } = KeyCreated.parse(event.data);
      return { keyId, digest, name };
    }
    return null;
  }

  /**
   * Makes the tenant's first key where the log holds none. The file is written before the record, so that a start cut
   * short in between finds its key again instead of losing it.
   * @returns the key, only when it was made now
   * @throws ForeignKeyFile the file holds another tenant's key, which is nowhere else any more
   */
  async ensureFirstKey(tenant: TenantName, file: string): Promise<string | null> {
    for await (const _ of this.store.readAll({ streamPrefixes: [accessStreamPrefix(tenant)], limit: 1 }))
      return null;
    const key = this.leftBehind(tenant, file) ?? makeApiKey(tenant).key;
    writePrivateFile(file, `${key}\n`);
    await this.record(tenant, key);
    return key;
  }

  private leftBehind(tenant: TenantName, file: string): string | null {
    if (!existsSync(file)) return null;
    const key = readFileSync(file, 'utf8').trim();
    const owner = parseApiKey(key)?.tenant;
    if (owner !== undefined && owner !== tenant) throw new ForeignKeyFile(file, owner, tenant);
    return owner === tenant ? key : null;
  }

  private async record(tenant: TenantName, key: string): Promise<void> {
    const parsed = parseApiKey(key);
    if (parsed === null) throw new Error('a key that was just made does not parse');
    const atMs = this.clock.nowMs();
    const data: KeyCreated = { keyId: parsed.keyId, digest: digestApiKey(key), name: 'first key', atMs };
    const metadata = {
      recordVersion: '1',
      schemaVersion: '1',
      tenant,
      actorType: 'system',
      actorId: 'action.do',
      occurredAt: new Date(atMs).toISOString(),
    };
    await this.store.append(
      accessStream(tenant, parsed.keyId),
      [{ id: this.chance.uuid(), type: 'KeyCreated', data, metadata }],
      'no-stream',
    );
  }
}
