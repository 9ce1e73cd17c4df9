import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessStream, parseApiKey } from '@action-do/contracts';
import { InMemoryEventStore, StoreUnavailable } from '@action-do/event-store';
import { systemChance, systemClock } from '../system-ports.js';
import { TENANT } from '../testing/sim-executors.contract.js';
import { digestApiKey, makeApiKey } from './api-key-secret.js';
import { ApiKeys } from './api-keys.js';

let folder = '';
let file = '';
let store = new InMemoryEventStore();
const keys = () => new ApiKeys(store, systemClock, systemChance);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ado-access-'));
  file = join(folder, 'api-key');
  store = new InMemoryEventStore();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the first key of a tenant', () => {
  it('is made once, kept in a private file, and only its digest is recorded', async () => {
    const key = (await keys().ensureFirstKey(TENANT, file)) ?? '';
    expect(readFileSync(file, 'utf8')).toBe(`${key}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await keys().ensureFirstKey(TENANT, file)).toBeNull();
    const keyId = parseApiKey(key)?.keyId ?? '';
    expect(await keys().find(keyId)).toEqual({ keyId, digest: digestApiKey(key), name: 'first key' });
    for await (const event of store.readAll())
      expect(JSON.stringify(event.data)).not.toContain(key.slice(-39, -7));
  });

  it('of a start that was cut short after the file and before the record is taken up again', async () => {
    const append = store.append.bind(store);
    store.append = () => Promise.reject(new StoreUnavailable('the power went out'));
    await expect(keys().ensureFirstKey(TENANT, file)).rejects.toThrow('the power went out');
    const left = readFileSync(file, 'utf8').trim();
    store.append = append;
    expect(await keys().ensureFirstKey(TENANT, file)).toBe(left);
    expect(await keys().find(parseApiKey(left)?.keyId ?? '')).toMatchObject({ digest: digestApiKey(left) });
  });

  it('is made anew where the file holds nonsense', async () => {
    writeFileSync(file, 'nonsense');
    const key = await keys().ensureFirstKey(TENANT, file);
    expect(parseApiKey(key ?? '')?.tenant).toBe(TENANT);
  });

  it('never overwrites the key of another tenant: it names whose it is and what to do', async () => {
    const foreign = makeApiKey('other' as never).key;
    writeFileSync(file, foreign);
    await expect(keys().ensureFirstKey(TENANT, file)).rejects.toThrow(
      /tenant other: start with DO_TENANT=other/,
    );
    expect(readFileSync(file, 'utf8')).toBe(foreign);
  });
});

describe('a key that was made elsewhere', () => {
  const { key, keyId } = makeApiKey(TENANT);
  const digest = digestApiKey(key);
  const recorded = async () => {
    const events = [];
    for await (const event of store.readAll()) events.push(event);
    return events;
  };

  it('is recorded once, however many executors start with it at once, and again', async () => {
    expect(await keys().hasKey(TENANT)).toBe(false);
    await Promise.all([1, 2, 3].map(() => keys().ensureKey({ keyId, digest }, TENANT)));
    await keys().ensureKey({ keyId, digest }, TENANT);
    expect(await recorded()).toHaveLength(1);
    expect(await keys().find(keyId)).toMatchObject({ keyId, digest });
    expect(await keys().hasKey(TENANT)).toBe(true);
  });

  it('is refused where the log holds another one of its id', async () => {
    await keys().ensureKey({ keyId, digest }, TENANT);
    const other = { keyId, digest: 'ab'.repeat(32) };
    await expect(keys().ensureKey(other, TENANT)).rejects.toMatchObject({ code: 'ROOT_KEY_DIFFERS' });
    expect(await recorded()).toHaveLength(1);
  });
});

describe('a key', () => {
  it('parses, names its tenant, and is another each time', () => {
    const made = Array.from({ length: 100 }, () => makeApiKey(TENANT));
    expect(new Set(made.map(({ key }) => key)).size).toBe(100);
    for (const { key, keyId } of made)
      expect(parseApiKey(key)).toEqual({ environment: 'live', keyId, tenant: TENANT });
  });

  it.each([
    '',
    '-',
    'default',
    'default-',
    '-000000000000',
    'DEFAULT-000000000000',
    'a.b-000000000000',
    'default-0000/0000000',
    '../default-000',
    `${'a'.repeat(115)}-000000000000`,
    'default-000000000000',
  ])('of the id %j is not known, and asking is harmless', async (keyId) => {
    expect(await keys().find(keyId)).toBeNull();
  });

  it('whose record cannot be read is trouble, not an unknown key', async () => {
    const event = { id: systemChance.uuid(), type: 'KeyCreated', data: { keyId: 7 }, metadata: {} };
    await store.append(accessStream(TENANT, 'default-000000000000'), [event], 'no-stream');
    await expect(keys().find('default-000000000000')).rejects.toThrow();
  });
});
