import {
  ActionDocument,
  ActionRegistered,
  CatalogueAction,
  clientSubjects,
  contractOf,
  gatewaySubjects,
  HEADERS,
} from '@action-do/contracts';
import { AppendUnknown, StreamConflict } from '@action-do/event-store';
import { defineAction } from '@do-sdk/actions';
import { z } from 'zod';
import type { Performer } from '../execution/performer.js';
import type { ExecutorParts } from '../executor.js';
import { unwrapSecret } from '../http/secret.js';
import { action } from '../testing/one-executor.contract.js';
import { ServedExecutor } from '../testing/served-executor.contract.js';
import { masterKey, TENANT } from '../testing/sim-executors.contract.js';
import { SimWorker } from '../testing/sim-worker.contract.js';
import { digestOf } from './contract-digest.js';
import { pathInDocument } from './contract-of-document.js';

/** Nothing is called here. */
const nobody: Performer = {
  run: async () => null,
  probe: async () => ({ state: 'unknown' }),
  undo: async () => null,
};
const overHttp: NonNullable<ExecutorParts['overHttp']> = {
  perform: () => nobody,
  checkTarget: (_, { url }) =>
    url.includes('evil') ? [{ path: 'target.url', code: 'host', message: 'is not allowed' }] : [],
};

let served: ServedExecutor;
beforeEach(async () => {
  served = await ServedExecutor.start([action('own', () => 1)]);
});
afterEach(() => served.close());

const definition = defineAction({
  name: 'pay',
  version: 3,
  description: 'Pays.',
  effects: 'verifiable',
  retry: { attemptsMax: 7 },
  deadlineMs: 60_000,
  idempotency: { windowMs: 5_000 },
  params: z.object({ id: z.string(), note: z.string().default('none') }),
  result: z.object({ done: z.boolean() }),
  run: () => ({ done: true }),
  undo: () => {},
  probe: () => ({ state: 'unknown' as const }),
});
const document = {
  name: 'pay',
  version: 3,
  description: 'Pays.',
  effects: 'verifiable',
  retry: { attemptsMax: 7 },
  deadlineMs: 60_000,
  idempotency: { windowMs: 5_000 },
  params: definition.paramsJsonSchema,
  result: definition.resultJsonSchema,
  undo: true,
  probe: true,
};
const plain = {
  name: 'pay',
  effects: 'idempotent',
  params: { type: 'object', properties: { id: { type: 'string' } } },
  result: {},
};
const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const http = (url = 'https://pay.example/run', given = secret) => ({ kind: 'http', url, secret: given });

const register = (given: object) => served.ask(clientSubjects.register(TENANT), { document: given });
const retire = (given: object, subject = clientSubjects.retire(TENANT)) =>
  served.ask(subject, { name: 'pay', version: 1, reason: 'too old', ...given });
const describeAction = async (name = 'pay') =>
  CatalogueAction.parse((await served.ask(clientSubjects.describe(TENANT), { name })).json['action']);

async function recorded() {
  const events = [];
  for await (const event of served.store.readAll({ streamPrefixes: ['registry-'] })) events.push(event);
  return events;
}

describe('a document that is registered', () => {
  it('gives the contract that defineAction gives of the same words', async () => {
    const answer = await register(document);
    expect(answer.json).toMatchObject({ status: 'registered', digest: digestOf(contractOf(definition)) });
    const [event] = await recorded();
    expect(event?.data).toMatchObject({ contract: contractOf(definition), target: 'bus' });
    const worker = await served.ask(clientSubjects.register(TENANT), { contract: contractOf(definition) });
    expect(worker.json['status']).toBe('known');
  });

  it('needs no more than a name, schemas and effects', async () => {
    await register(plain);
    const [event] = await recorded();
    const same = defineAction({
      name: 'pay',
      effects: 'idempotent',
      params: z.object({}),
      result: z.any(),
      run: () => 1,
    });
    expect(event?.data).toMatchObject({
      contract: { version: 1, description: '', hasProbe: false, policy: same.policy },
    });
  });

  it('is recorded once, with who sent it, and told where', async () => {
    const { json } = await served.ask(
      gatewaySubjects.registry(TENANT, 'register'),
      { document: plain },
      {
        [HEADERS.actorType]: 'api_key',
        [HEADERS.actorId]: 'default-1',
        [HEADERS.channel]: 'http',
        [HEADERS.gateway]: 'g1',
      },
    );
    expect(json).toMatchObject({ status: 'registered', position: expect.stringMatching(/^memory-\d+$/) });
    expect((await register(plain)).json).toEqual({ status: 'known', digest: json['digest'] });
    const [event, ...more] = await recorded();
    expect(more).toEqual([]);
    expect(event?.metadata).toMatchObject({
      actorType: 'api_key',
      actorId: 'default-1',
      channel: 'http',
      gateway: 'g1',
      action: 'pay',
      actionVersion: '1',
    });
  });

  it.each<[string, object, string, string]>([
    ['CONTRACT_CONFLICT', { effects: 'none' }, 'effects', 'effects'],
    ['CONTRACT_CONFLICT', { result: { type: 'number' } }, 'result.type', 'result.type'],
    [
      'CONTRACT_CONFLICT',
      { params: { type: 'object', properties: { id: { type: 'number' } } } },
      'params.properties.id.type',
      'params.properties.id.type',
    ],
    ['REQUEST_INVALID', { version: 2, params: { type: 'string' } }, 'params.type', 'params.type'],
    ['REQUEST_INVALID', { version: 2, result: { type: 'nothing' } }, 'result', 'result '],
    ['REQUEST_INVALID', { version: 2, probe: true }, 'probe', 'probe'],
    ['BODY_INVALID', { effects: 'sometimes' }, 'document.effects', 'document.effects'],
    ['BODY_INVALID', { retry: { attempts: 3 } }, 'document.retry', 'document.retry'],
    ['REQUEST_INVALID', { version: 2, target: http() }, 'target.kind', 'DO_HTTP_ALLOW'],
  ])(
    'is %s where it says %j, and the path is named as the document has it',
    async (code, over, path, said) => {
      await register(plain);
      const answer = await register({ ...plain, ...over });
      expect([answer.code, answer.json['detail']]).toEqual([code, expect.stringContaining(said)]);
      expect(answer.json['issues']).toEqual([expect.objectContaining({ path })]);
      expect(await recorded()).toHaveLength(1);
    },
  );

  it('is CONTRACT_CONFLICT where the executor performs it itself', async () => {
    expect((await register({ ...plain, name: 'own' })).code).toBe('CONTRACT_CONFLICT');
  });

  it.each([
    ['paramsJsonSchema.properties.policy', 'params.properties.policy'],
    ['resultJsonSchema', 'result'],
    ['policy.effects', 'effects'],
    ['hasUndo', 'undo'],
    ['description', 'description'],
  ])('calls %s by its own word: %s', (path, word) => {
    expect(pathInDocument(path)).toBe(word);
  });
});

describe('a document of an HTTP service', () => {
  beforeEach(async () => {
    await served.close();
    served = await ServedExecutor.start([], { overHttp });
  });
  const targets = async () => (await recorded()).map(({ data }) => ActionRegistered.parse(data).http);

  it('is recorded with its secret under the master key, and no more than that is to be seen', async () => {
    await register({ ...plain, target: http() });
    const [target] = await targets();
    expect(target?.url).toBe('https://pay.example/run');
    const of = { tenant: TENANT, name: 'pay', version: 1 };
    expect(unwrapSecret(masterKey, of, target?.secretWrapped ?? '')).toBe(secret);
    const all = JSON.stringify([await recorded(), await describeAction()], (_, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(all).not.toContain(secret.slice(6));
    expect(await describeAction()).toMatchObject({
      versions: [{ target: 'http', url: 'https://pay.example/run' }],
    });
  });

  it('is known where url and secret are the same, and recorded anew where one is not, or the target', async () => {
    const other = `whsec_${Buffer.alloc(24, 8).toString('base64')}`;
    const said = [];
    for (const target of [
      http(),
      http(),
      http(undefined, other),
      http('https://pay.example/2', other),
      http('https://pay.example/2', other),
      { kind: 'bus' },
      http(),
    ])
      said.push((await register({ ...plain, target })).json['status']);
    expect(said).toEqual([
      'registered',
      'known',
      'registered',
      'registered',
      'known',
      'registered',
      'registered',
    ]);
    expect((await targets()).map((target) => target?.url ?? null)).toEqual([
      'https://pay.example/run',
      'https://pay.example/run',
      'https://pay.example/2',
      null,
      'https://pay.example/run',
    ]);
  });

  it('that may not be called is REQUEST_INVALID, and nothing is recorded', async () => {
    const answer = await register({ ...plain, target: http('https://evil.example') });
    expect([answer.code, answer.json['issues']]).toEqual([
      'REQUEST_INVALID',
      [{ path: 'target.url', code: 'host', message: 'is not allowed' }],
    ]);
    expect(await recorded()).toEqual([]);
  });
});

describe('a version that is retired', () => {
  it('is so from then on, by whom and why is recorded, and a second word changes nothing', async () => {
    await register(plain);
    const { json } = await retire({});
    expect(json).toEqual({
      status: 'retired',
      successor: null,
      position: expect.stringMatching(/^memory-\d+$/),
    });
    expect((await retire({ reason: 'again' })).json).toEqual({ status: 'known', successor: null });
    const events = await recorded();
    expect(events.map(({ type }) => type)).toEqual(['ActionRegistered', 'ActionRetired']);
    expect(events[1]?.data).toMatchObject({ name: 'pay', version: 1, successor: null, reason: 'too old' });
    expect(events[1]?.metadata).toMatchObject({ actorType: 'api_key', actionVersion: '1', channel: 'bus' });
    expect((await served.execute({ params: { id: 'a' } })).code).toBe('ACTION_RETIRED');
  });

  it('is not offered again, and its worker is told so without being refused', async () => {
    await register(plain);
    await retire({});
    expect((await register(plain)).json['status']).toBe('retired');
    expect((await register({ ...plain, effects: 'none' })).code).toBe('CONTRACT_CONFLICT');
    expect(await recorded()).toHaveLength(2);
    expect((await served.execute({ params: { id: 'a' } })).code).toBe('ACTION_RETIRED');
  });

  it('is passed over by calls that name none, and named with its successor to those that name it', async () => {
    for (const version of [1, 2]) await register({ ...plain, version });
    expect((await retire({ version: 2 })).json['successor']).toEqual({ name: 'pay', version: 1 });
    const worker = new SimWorker(served.bus);
    const call = served.execute({ params: { id: 'a' } });
    await new Promise((resolve) => setImmediate(resolve));
    while (worker.runs.length === 0) await new Promise((resolve) => setImmediate(resolve));
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
    await retire({ name: 'own', successor: undefined });
    const code = async () => (await served.execute({ params: { id: 'a' } }, {}, 'own')).code;
    expect(await code()).toBe('ACTION_RETIRED');
    const next = new ServedExecutor([action('own', () => 1)], served.store);
    await next.executor.registerOwn(TENANT);
    expect(next.executor.registry.retirement(TENANT, 'own', 1)).toMatchObject({ reason: 'too old' });
    expect(await recorded()).toHaveLength(2);
  });

  it('is ACTION_RETIRED also where nobody has its definition any more', async () => {
    const before = new ServedExecutor([action('gone', () => 1)], served.store);
    await before.executor.registerOwn(TENANT);
    expect((await served.execute({ params: { id: 'a' } }, {}, 'gone')).code).toBe('ACTION_UNKNOWN');
    await retire({ name: 'gone' });
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
    await register(plain);
    await register({ ...plain, name: 'old' });
    await retire({ name: 'old' });
    const answer = await retire(over);
    expect([answer.code, answer.json['detail']]).toEqual([code, expect.stringMatching(said)]);
    if (path !== '') expect(answer.json['issues']).toContainEqual(expect.objectContaining({ path }));
    expect(await recorded()).toHaveLength(3);
  });

  it('by several at once is so once, and an append whose answer was lost is found again', async () => {
    await register(plain);
    const append = served.store.append.bind(served.store);
    let tries = 0;
    served.store.append = async (...given) => {
      const result = await append(...given);
      if (++tries === 1) throw new AppendUnknown('registry');
      return result;
    };
    const answers = await Promise.all([retire({}), retire({}), retire({})]);
    expect(answers.map(({ json }) => json['status']).sort()).toEqual(['known', 'known', 'retired']);
    expect(await recorded()).toHaveLength(2);
  });

  it('that loses every race ends as an error of ours, not in a loop', async () => {
    await register(plain);
    served.store.append = async () => {
      throw new StreamConflict('registry-default.pay', 0n, 1n);
    };
    expect((await retire({})).code).toBe('INTERNAL');
  });

  it('is for whoever has a key of the tenant', async () => {
    for (const subject of [clientSubjects.retire(TENANT), clientSubjects.describe(TENANT)])
      expect((await served.ask(subject, { name: 'pay' }, {})).code).toBe('UNAUTHENTICATED');
  });
});

describe('an action that is described', () => {
  it('shows its versions as the log has them now, newest first, who said what, and who is there', async () => {
    for (const version of [1, 2, 3]) await register({ ...plain, version });
    await register({ ...plain, description: 'better' });
    await retire({ version: 3 });
    new SimWorker(served.bus, 2);
    const { name, newest, versions } = await describeAction();
    expect([name, newest, versions.map(({ version }) => version)]).toEqual(['pay', 2, [3, 2, 1]]);
    expect(versions.map(({ handlers }) => handlers)).toEqual(['absent', 'present', 'absent']);
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
      paramsJsonSchema: plain.params,
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
    await register(plain);
    await retire({});
    expect((await describeAction()).newest).toBeNull();
  });

  it('is ACTION_UNKNOWN where there is none, with the nearest names', async () => {
    await register(plain);
    const answer = await served.ask(clientSubjects.describe(TENANT), { name: 'paj' });
    expect([answer.code, answer.json['issues']]).toEqual([
      'ACTION_UNKNOWN',
      expect.arrayContaining([{ path: 'name', code: 'nearest', message: 'pay' }]),
    ]);
  });
});

describe('own definitions at the start', () => {
  const registered = async (version: number, effects: 'none' | 'idempotent') => {
    const { executor } = new ServedExecutor([action('own', () => 1, { version, effects })], served.store);
    return executor.registerOwn(TENANT).then(
      () => 'recorded',
      (error: unknown) => (error instanceof Error ? error.message : 'thrown'),
    );
  };

  it('are held to what stands of their version: the start says where they break it, and what to do', async () => {
    expect(await registered(1, 'idempotent')).toBe('recorded');
    const refused = await registered(1, 'none');
    expect(refused).toMatch(/own version 1 .* breaks at contract\.policy\.effects/);
    expect(refused).toMatch(/another version/);
    expect(await registered(2, 'none')).toBe('recorded');
    expect(await recorded()).toHaveLength(2);
  });

  it('may take over what a worker performed before, where the contract is the same', async () => {
    const own = contractOf(action('own', () => 1));
    await served.ask(clientSubjects.register(TENANT), { document: { ...plain, name: 'other' } });
    const worker = new ServedExecutor([], served.store);
    await worker.executor.registerAction.register(TENANT, own, {
      actorType: 'api_key',
      actorId: 'k',
      credentialId: 'k',
      channel: 'bus',
    });
    expect(await registered(1, 'idempotent')).toBe('recorded');
    const targets = (await recorded()).map(({ data }) => data['target']);
    expect(targets).toEqual(['bus', 'bus', 'in-process']);
  });
});

it('a document in the words of its schema is one', () => {
  expect(ActionDocument.safeParse(document).success).toBe(true);
});
