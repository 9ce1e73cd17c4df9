import { existsSync, readFileSync } from 'node:fs';
import {
  type AccessRecord,
  accessStream,
  accessStreamPrefix,
  KeyCreated,
  type KeyDigest,
  parseApiKey,
  TenantName,
} from '@action-do/contracts';
import { type EventStore, StreamConflict } from '@action-do/event-store';
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

/** The key of DO_ROOT_KEY_DIGEST has the id of one that the log holds, and is another. */
export class RootKeyDiffers extends Error {
  readonly code = 'ROOT_KEY_DIFFERS';
  constructor(keyId: string) {
    super(
      `DO_ROOT_KEY_DIGEST: the log holds the key ${keyId} with another digest; make a new one: ado keys bootstrap`,
    );
    this.name = 'RootKeyDiffers';
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
    if (await this.hasKey(tenant)) return null;
    const key = this.leftBehind(tenant, file) ?? makeApiKey(tenant).key;
    writePrivateFile(file, `${key}\n`);
    const parsed = parseApiKey(key);
    if (parsed === null) throw new Error('a key that was just made does not parse');
    await this.record(tenant, parsed.keyId, digestApiKey(key));
    return key;
  }

  /**
   * Records a key that was made elsewhere, where the log does not hold it yet; several executors may do so at once.
   * @throws RootKeyDiffers the log holds another key of this id  @throws StoreUnavailable, AppendUnknown
   */
  async ensureKey({ keyId, digest }: Pick<KeyDigest, 'keyId' | 'digest'>, tenant: TenantName): Promise<void> {
    const known = (await this.find(keyId)) ?? (await this.recordOnce(tenant, keyId, digest));
    if (known !== null && known.digest !== digest) throw new RootKeyDiffers(keyId);
  }

  /** Whether the log holds a key of the tenant: without one nobody can call. */
  async hasKey(tenant: TenantName): Promise<boolean> {
    for await (const _ of this.store.readAll({ streamPrefixes: [accessStreamPrefix(tenant)], limit: 1 }))
      return true;
    return false;
  }

  /** What somebody else recorded in the same moment; null where nobody did. */
  private async recordOnce(tenant: TenantName, keyId: string, digest: string): Promise<AccessRecord> {
    try {
      await this.record(tenant, keyId, digest);
      return null;
    } catch (error) {
      if (error instanceof StreamConflict) return this.find(keyId);
      throw error;
    }
  }

  private leftBehind(tenant: TenantName, file: string): string | null {
    if (!existsSync(file)) return null;
    const key = readFileSync(file, 'utf8').trim();
    const owner = parseApiKey(key)?.tenant;
    if (owner !== undefined && owner !== tenant) throw new ForeignKeyFile(file, owner, tenant);
    return owner === tenant ? key : null;
  }

  private async record(tenant: TenantName, keyId: string, digest: string): Promise<void> {
    const atMs = this.clock.nowMs();
    const data: KeyCreated = { keyId, digest, name: 'first key', atMs };
    const metadata = {
      recordVersion: '1',
      schemaVersion: '1',
      tenant,
      actorType: 'system',
      actorId: 'action.do',
      occurredAt: new Date(atMs).toISOString(),
    };
    await this.store.append(
      accessStream(tenant, keyId),
      [{ id: this.chance.uuid(), type: 'KeyCreated', data, metadata }],
      'no-stream',
    );
  }
}
