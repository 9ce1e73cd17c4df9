import type { TenantName } from '@action-do/contracts';
import { InMemoryEventStore } from '@action-do/event-store';
import { ConfigError } from '@action-do/service-kit';
import { digestApiKey, makeApiKey } from '../access/api-key-secret.js';
import { ApiKeys } from '../access/api-keys.js';
import { systemChance, systemClock } from '../system-ports.js';
import { TENANT } from '../testing/sim-executors.contract.js';
import { insistOnKey } from './first-key.js';

const made = (tenant: TenantName) => {
  const { key, keyId } = makeApiKey(tenant);
  return { keyId, tenant, digest: digestApiKey(key) };
};
const keysOn = (store: InMemoryEventStore) => new ApiKeys(store, systemClock, systemChance);

describe('the first key of executors that share a log', () => {
  it('is the one whose digest the operator gives', async () => {
    const keys = keysOn(new InMemoryEventStore());
    const key = made(TENANT);
    await insistOnKey(keys, TENANT, key);
    expect(await keys.find(key.keyId)).toMatchObject({ digest: key.digest });
  });

  it('is not made by an executor: without one nobody could call, and it says what to do', async () => {
    const insisted = insistOnKey(keysOn(new InMemoryEventStore()), TENANT, undefined);
    await expect(insisted).rejects.toThrow(ConfigError);
    await expect(insisted).rejects.toThrow(
      /holds no API key of tenant default.*ado keys bootstrap --tenant default/,
    );
  });

  it('need not be given where the log holds one, as after a migration', async () => {
    const keys = keysOn(new InMemoryEventStore());
    await keys.ensureKey(made(TENANT), TENANT);
    await expect(insistOnKey(keys, TENANT, undefined)).resolves.toBeUndefined();
  });

  it('is not one of another tenant', async () => {
    const keys = keysOn(new InMemoryEventStore());
    const foreign = made('other' as TenantName);
    await expect(insistOnKey(keys, TENANT, foreign)).rejects.toThrow(
      /of tenant other, and DO_TENANT is default/,
    );
    expect(await keys.hasKey(TENANT)).toBe(false);
  });
});
