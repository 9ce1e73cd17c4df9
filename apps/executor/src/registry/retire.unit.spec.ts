import { CatalogueAction, clientSubjects, gatewaySubjects, HEADERS } from '@action-do/contracts';
import { AppendUnknown, StreamConflict } from '@action-do/event-store';
import { until } from '@action-do/test-support';
import { action } from '../testing/one-executor.contract.js';
import { ServedExecutor } from '../testing/served-executor.contract.js';
import { PLAIN, registryOf } from '../testing/served-registry.contract.js';
import { TENANT } from '../testing/sim-executors.contract.js';
import { SimWorker } from '../testing/sim-worker.contract.js';

let served: ServedExecutor;
let registry: ReturnType<typeof registryOf>;
beforeEach(async () => {
  served = await ServedExecutor.start([action('own', () => 1)]);
  registry = registryOf(served);
});
afterEach(() => served.close());

describe('a version that is retired', () => {
  it('is so from then on, by whom and why is recorded, and a second word changes nothing', async () => {
    await registry.register(PLAIN);
    const { json } = await registry.retire();
    expect(json).toEqual({
      status: 'retired',
      successor: null,
      position: expect.stringMatching(/^memory-\d+$/),
    });
    expect((await registry.retire({ reason: 'again' })).json).toEqual({ status: 'known', successor: null });
    const events = await registry.recorded();
    expect(events.map(({ type }) => type)).toEqual(['ActionRegistered', 'ActionRetired']);
    expect(events[1]?.data).toMatchObject({ name: 'pay', version: 1, successor: null, reason: 'too old' });
    expect(events[1]?.metadata).toMatchObject({ actorType: 'api_key', actionVersion: '1', channel: 'bus' });
    expect((await served.execute({ params: { id: 'a' } })).code).toBe('ACTION_RETIRED');
  });

  it('is not offered again, and its worker is told so without being refused', async () => {
    await registry.register(PLAIN);
    await registry.retire();
    expect((await registry.register(PLAIN)).json['status']).toBe('retired');
    expect((await registry.register({ ...PLAIN, effects: 'none' })).code).toBe('CONTRACT_CONFLICT');
    expect(await registry.recorded()).toHaveLength(2);
    expect((await served.execute({ params: { id: 'a' } })).code).toBe('ACTION_RETIRED');
  });

  it('is passed over by calls that name none, and named with its successor to those that name it', async () => {
    for (const version of [1, 2]) await registry.register({ ...PLAIN, version });
    expect((await registry.retire({ version: 2 })).json['successor']).toEqual({ name: 'pay', version: 1 });
    const worker = new SimWorker(served.bus);
    const call = served.execute({ params: { id: 'a' } });
    await until('the call', () => worker.runs.length > 0);
    worker.succeed('v1');
    expect((await call).json['result']).toBe('v1');
    const named = await served.execute({ params: { id: 'b' } }, { [HEADERS.actionVersion]: '2' });
    expect([named.code, named.json['detail'], named.json['effect']]).toEqual([
      'ACTION_RETIRED',
      'pay@2 takes no new work any more (too old). Call pay@1 instead.',
      'none',
    ]);
    const none = await served.execute({ params: { id: 'b' } }, { [HEADERS.actionVersion]: '9' });
    expect([none.code, none.json['detail']]).toEqual(['ACTION_UNKNOWN', 'pay has no version 9; it has 1.']);
  });

  it('may be one that the executor performs itself, also after its next start, and for that tenant alone', async () => {
    await served.executor.registerOwn(TENANT);
    await registry.retire({ name: 'own', successor: undefined });
    const code = async () => (await served.execute({ params: { id: 'a' } }, {}, 'own')).code;
    expect(await code()).toBe('ACTION_RETIRED');
    const next = new ServedExecutor([action('own', () => 1)], served.store);
    await next.executor.registerOwn(TENANT);
    expect(next.executor.registry.retirement(TENANT, 'own', 1)).toMatchObject({ reason: 'too old' });
    expect(await registry.recorded()).toHaveLength(2);
  });

  it('is ACTION_RETIRED also where nobody has its definition any more, which was NO_HANDLER before', async () => {
    const before = new ServedExecutor([action('gone', () => 1)], served.store);
    await before.executor.registerOwn(TENANT);
    for (const headers of [{}, { [HEADERS.actionVersion]: '1' }]) {
      const { code, json } = await served.execute({ params: { id: 'a' } }, headers, 'gone');
      expect([code, json['detail']]).toEqual([
        'NO_HANDLER',
        'gone@1 is registered, and no module here defines it: define it, or retire it. This call recorded nothing.',
      ]);
    }
    const other = await served.execute({ params: { id: 'a' } }, { [HEADERS.actionVersion]: '2' }, 'gone');
    expect(other.code).toBe('ACTION_UNKNOWN');
    await registry.retire({ name: 'gone' });
    for (const headers of [{}, { [HEADERS.actionVersion]: '1' }])
      expect((await served.execute({ params: { id: 'a' } }, headers, 'gone')).code).toBe('ACTION_RETIRED');
  });

  it.each<[string, object, string, RegExp]>([
    ['ACTION_UNKNOWN', { version: 7 }, '', /pay has no version 7; it has 1/],
    ['ACTION_UNKNOWN', { name: 'pax' }, 'name', /Nearest: pay/],
    [
      'REQUEST_INVALID',
      { successor: { name: 'pay', version: 1 } },
      'successor',
      /pay@1 is the version itself/,
    ],
    ['REQUEST_INVALID', { successor: { name: 'pay', version: 8 } }, 'successor', /pay@8 is not registered/],
    [
      'REQUEST_INVALID',
      { successor: { name: 'charge', version: 1 } },
      'successor',
      /charge@1 is not registered/,
    ],
    ['REQUEST_INVALID', { successor: { name: 'old', version: 1 } }, 'successor', /old@1 is retired itself/],
    ['BODY_INVALID', { reason: ' ' }, 'reason', /reason/],
  ])('is not: %s where it says %j', async (code, over, path, said) => {
    await registry.register(PLAIN);
    await registry.register({ ...PLAIN, name: 'old' });
    await registry.retire({ name: 'old' });
    const answer = await registry.retire(over);
    expect([answer.code, answer.json['detail']]).toEqual([code, expect.stringMatching(said)]);
    if (path !== '') expect(answer.json['issues']).toContainEqual(expect.objectContaining({ path }));
    expect(await registry.recorded()).toHaveLength(3);
  });

  it('by several at once is so once, and an append whose answer was lost is found again', async () => {
    await registry.register(PLAIN);
    const append = served.store.append.bind(served.store);
    let tries = 0;
    served.store.append = async (...given) => {
      const result = await append(...given);
      if (++tries === 1) throw new AppendUnknown('registry');
      return result;
    };
    const answers = await Promise.all([registry.retire(), registry.retire(), registry.retire()]);
    expect(answers.map(({ json }) => json['status']).sort()).toEqual(['known', 'known', 'retired']);
    expect(await registry.recorded()).toHaveLength(2);
  });

  it('that loses every race ends as an error of ours, not in a loop', async () => {
    await registry.register(PLAIN);
    served.store.append = async () => {
      throw new StreamConflict('registry-default.pay', 0n, 1n);
    };
    expect((await registry.retire()).code).toBe('INTERNAL');
  });

  it('is for whoever has a key of the tenant', async () => {
    for (const subject of [clientSubjects.retire(TENANT), clientSubjects.describe(TENANT)])
      expect((await served.ask(subject, { name: 'pay' }, {})).code).toBe('UNAUTHENTICATED');
  });
});

describe('an action that is described', () => {
  it('shows its versions as the log has them now, newest first, who said what, and who is there', async () => {
    for (const version of [1, 2, 3]) await registry.register({ ...PLAIN, version });
    served.nowMs += 5_000;
    await registry.register({ ...PLAIN, description: 'better' });
    await registry.retire({ version: 3 });
    new SimWorker(served.bus, 2);
    const { name, newest, versions } = await registry.describe();
    expect([name, newest, versions.map(({ version }) => version)]).toEqual(['pay', 2, [3, 2, 1]]);
    // Of a service that was registered by a document, and need answer no questions, only a call tells.
    expect(versions.map(({ handlers }) => handlers)).toEqual(['unknown', 'present', 'unknown']);
    const by = { type: 'api_key', id: served.made.keyId };
    const at = new Date(served.nowMs).toISOString();
    expect(versions[0]).toMatchObject({
      status: 'retired',
      retiredAt: at,
      retiredBy: by,
      retiredBecause: 'too old',
      successor: { name: 'pay', version: 2 },
    });
    expect(versions[2]).toMatchObject({
      status: 'offered',
      description: 'better',
      target: 'bus',
      url: null,
      hasProbe: false,
      hasUndo: false,
      paramsJsonSchema: PLAIN.params,
      registeredAt: at,
      registeredBy: by,
      retiredAt: null,
      retiredBy: null,
      retiredBecause: null,
      successor: null,
    });
  });

  it('is answered to a gateway, too, and what this process performs is present', async () => {
    await served.executor.registerOwn(TENANT);
    const { json } = await served.ask(gatewaySubjects.registry(TENANT, 'describe'), { name: 'own' }, {});
    expect(CatalogueAction.parse(json['action']).versions).toMatchObject([
      { target: 'in-process', handlers: 'present', registeredBy: { type: 'system', id: 'action.do' } },
    ]);
  });

  it('has no newest version where all are retired', async () => {
    await registry.register(PLAIN);
    await registry.retire();
    expect((await registry.describe()).newest).toBeNull();
  });

  it('leaves out its oldest versions where all together are more than a message, and says so', async () => {
    const [params, result] = [{ description: 'x'.repeat(60_000) }, { description: 'x'.repeat(40_000) }];
    for (let version = 1; version <= 12; version++)
      await registry.register({ ...PLAIN, params: { ...PLAIN.params, ...params }, result, version });
    const told = async () => {
      const { newest, versions, incomplete } = await registry.describe();
      return [newest, versions.map(({ version }) => version), incomplete];
    };
    expect(await told()).toEqual([12, [12, 11, 10, 9, 8, 7, 6], true]);
    // What a call means is told, however old.
    for (let version = 4; version <= 12; version++) await registry.retire({ version });
    expect(await told()).toEqual([3, [12, 11, 10, 9, 8, 7, 3], true]);
    await registry.register({ ...PLAIN, name: 'mail' });
    expect('incomplete' in (await registry.describe('mail'))).toBe(false);
  });

  it('is ACTION_UNKNOWN where there is none, with the nearest names', async () => {
    await registry.register(PLAIN);
    const answer = await served.ask(clientSubjects.describe(TENANT), { name: 'paj' });
    expect([answer.code, answer.json['issues']]).toEqual([
      'ACTION_UNKNOWN',
      expect.arrayContaining([{ path: 'name', code: 'nearest', message: 'pay' }]),
    ]);
  });
});
