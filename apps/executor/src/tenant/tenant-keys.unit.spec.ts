import { tenantStream } from '@action-do/contracts';
import { SimWorld } from '@action-do/test-support';
import { masterKey, TENANT } from '../testing/sim-executors.contract.js';
import { MasterKey } from './master-key.js';
import { TenantKeys } from './tenant-keys.js';

const keysOf = (world: SimWorld, owner: string, key = masterKey) => {
  const { store, clock, chance } = world.process(owner);
  return new TenantKeys(store, key, clock, chance);
};

async function outcome<T>(world: SimWorld, asked: Promise<T>): Promise<T> {
  asked.catch(() => {});
  await world.settle();
  return asked;
}

async function created(world: SimWorld) {
  const events = [];
  for await (const event of world.log.readStream(tenantStream(TENANT))) events.push(event);
  return events;
}

describe('the pepper of a tenant', () => {
  it('is made once, even by two executors in the same moment', async () => {
    const world = new SimWorld();
    const asked = ['a', 'b'].map((owner) => keysOf(world, owner).digestOf(TENANT));
    await world.calm();
    // Both find nothing, then both write.
    for (const kind of ['read', 'write', 'answer', 'read'])
      for (const step of world.steps.filter((waiting) => waiting.kind === kind)) await world.release(step);
    const [a, b] = await Promise.all(asked);
    expect(a?.('text')).toBe(b?.('text'));
    expect(await created(world)).toHaveLength(1);
  });

  it('is found again by a later run, and read once', async () => {
    const world = new SimWorld();
    const first = await outcome(world, keysOf(world, 'a').digestOf(TENANT));
    const later = keysOf(world, 'b');
    const [one, two] = await outcome(world, Promise.all([later.digestOf(TENANT), later.digestOf(TENANT)]));
    expect([one('text'), two]).toEqual([first('text'), one]);
    expect(world.history.filter((step) => step.startsWith('b read'))).toHaveLength(1);
  });

  it('is not opened with another master key: MASTER_KEY_INVALID', async () => {
    const world = new SimWorld();
    await outcome(world, keysOf(world, 'a').digestOf(TENANT));
    const wrong = keysOf(world, 'b', MasterKey.fromHex('cd'.repeat(32)));
    await expect(outcome(world, wrong.digestOf(TENANT))).rejects.toMatchObject({
      code: 'MASTER_KEY_INVALID',
    });
  });

  it('that does not fit its check value stops the start', async () => {
    const world = new SimWorld();
    const pepperWrapped = masterKey.wrap(Buffer.alloc(32, 1), `the pepper of tenant ${TENANT}`);
    const event = {
      id: '00000000-0000-7000-b000-000000000001',
      type: 'TenantCreated',
      data: { pepperWrapped, pepperCheck: 'other' },
      metadata: {},
    };
    await world.log.append(tenantStream(TENANT), [event], 'no-stream');
    await expect(outcome(world, keysOf(world, 'a').digestOf(TENANT))).rejects.toThrow(/check value/);
  });

  it('is never at rest in the clear', async () => {
    const world = new SimWorld();
    await outcome(world, keysOf(world, 'a').digestOf(TENANT));
    const [event] = await created(world);
    const { pepperWrapped } = event?.data ?? {};
    const pepper = masterKey.unwrap(String(pepperWrapped), `the pepper of tenant ${TENANT}`);
    for (const form of ['hex', 'base64'] as const)
      expect(JSON.stringify(event?.data)).not.toContain(pepper.toString(form));
    expect(pepper).toHaveLength(32);
  });

  it('is asked for again after trouble with the store', async () => {
    const world = new SimWorld();
    const keys = keysOf(world, 'a');
    const asked = keys.digestOf(TENANT);
    asked.catch(() => {});
    await world.calm();
    for (const step of [...world.steps]) await world.release(step, 'unavailable');
    await expect(asked).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await outcome(world, keys.digestOf(TENANT));
    expect(await created(world)).toHaveLength(1);
  });
});
