import {
  ActionDocument,
  ActionRegistered,
  clientSubjects,
  contractOf,
  gatewaySubjects,
  HEADERS,
} from '@action-do/contracts';
import { defineAction } from '@do-sdk/actions';
import { z } from 'zod';
import type { ExecutorParts } from '../executor.js';
import { AllowList } from '../http/allow-list.js';
import { unwrapSecret } from '../http/secret.js';
import { action } from '../testing/one-executor.contract.js';
import { ServedExecutor } from '../testing/served-executor.contract.js';
import { PLAIN, registryOf } from '../testing/served-registry.contract.js';
import { masterKey, TENANT } from '../testing/sim-executors.contract.js';
import { digestOf } from './contract-digest.js';
import { pathInDocument } from './contract-of-document.js';

/** Nothing is called here. */
const overHttp: Partial<ExecutorParts> = {
  httpAllow: AllowList.parse('pay.example'),
  network: {
    resolve: () => Promise.reject(new Error('there are no names here')),
    dial: () => {
      throw new Error('nothing is connected to here');
    },
  },
};

let served: ServedExecutor;
let registry: ReturnType<typeof registryOf>;
const start = async (...given: Parameters<typeof ServedExecutor.start>) => {
  served = await ServedExecutor.start(...given);
  registry = registryOf(served);
};
beforeEach(() => start([action('own', () => 1)]));
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
const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const http = (url = 'https://pay.example/run', given = secret) => ({ kind: 'http', url, secret: given });

describe('a document that is registered', () => {
  it('gives the contract that defineAction gives of the same words', async () => {
    const answer = await registry.register(document);
    expect(answer.json).toMatchObject({ status: 'registered', digest: digestOf(contractOf(definition)) });
    const [event] = await registry.recorded();
    expect(event?.data).toMatchObject({ contract: contractOf(definition), target: 'bus' });
    const worker = await served.ask(clientSubjects.register(TENANT), { contract: contractOf(definition) });
    expect(worker.json['status']).toBe('known');
  });

  it('needs no more than a name, schemas and effects', async () => {
    await registry.register(PLAIN);
    const [event] = await registry.recorded();
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
      { document: PLAIN },
      {
        [HEADERS.actorType]: 'api_key',
        [HEADERS.actorId]: 'default-1',
        [HEADERS.channel]: 'http',
        [HEADERS.gateway]: 'g1',
      },
    );
    expect(json).toMatchObject({ status: 'registered', position: expect.stringMatching(/^memory-\d+$/) });
    expect((await registry.register(PLAIN)).json).toEqual({ status: 'known', digest: json['digest'] });
    const [event, ...more] = await registry.recorded();
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
      const standing = { ...PLAIN, result: { type: 'string' } };
      await registry.register(standing);
      const answer = await registry.register({ ...standing, ...over });
      expect([answer.code, answer.json['detail']]).toEqual([code, expect.stringContaining(said)]);
      expect(answer.json['issues']).toEqual([expect.objectContaining({ path })]);
      expect(await registry.recorded()).toHaveLength(1);
    },
  );

  it('is CONTRACT_CONFLICT where the executor performs it itself', async () => {
    expect((await registry.register({ ...PLAIN, name: 'own' })).code).toBe('CONTRACT_CONFLICT');
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
    await start([], overHttp);
  });
  const targets = async () =>
    (await registry.recorded()).map(({ data }) => ActionRegistered.parse(data).http);

  it('is recorded with its secret under the master key, and no more than that is to be seen', async () => {
    await registry.register({ ...PLAIN, target: http('https://pay.example/run?key=k1&a=b') });
    const [target] = await targets();
    expect(target?.url).toBe('https://pay.example/run?key=k1&a=b');
    const of = { tenant: TENANT, name: 'pay', version: 1 };
    expect(unwrapSecret(masterKey, of, target?.secretWrapped ?? '')).toBe(secret);
    const all = JSON.stringify([await registry.recorded(), await registry.describe()], (_, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(all).not.toContain(secret.slice(6));
    expect(await registry.describe()).toMatchObject({
      versions: [{ target: 'http', url: 'https://pay.example/run?***' }],
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
      said.push((await registry.register({ ...PLAIN, target })).json['status']);
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
    const answer = await registry.register({ ...PLAIN, target: http('https://evil.example') });
    expect([answer.code, answer.json['issues']]).toEqual([
      'REQUEST_INVALID',
      [expect.objectContaining({ path: 'target.url', code: 'not_allowed' })],
    ]);
    expect(await registry.recorded()).toEqual([]);
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
    expect(refused).toMatch(/own version 1 .* breaks at effects/);
    expect(refused).toMatch(/another version/);
    expect(await registered(2, 'none')).toBe('recorded');
    expect(await registry.recorded()).toHaveLength(2);
  });

  it('may take over what a worker performed before, where the contract is the same', async () => {
    const own = contractOf(action('own', () => 1));
    await served.ask(clientSubjects.register(TENANT), { document: { ...PLAIN, name: 'other' } });
    const worker = new ServedExecutor([], served.store);
    await worker.executor.registerAction.register(TENANT, own, {
      actorType: 'api_key',
      actorId: 'k',
      credentialId: 'k',
      channel: 'bus',
    });
    expect(await registered(1, 'idempotent')).toBe('recorded');
    const targets = (await registry.recorded()).map(({ data }) => data['target']);
    expect(targets).toEqual(['bus', 'bus', 'in-process']);
  });
});

it('a document in the words of its schema is one', () => {
  expect(ActionDocument.safeParse(document).success).toBe(true);
});
