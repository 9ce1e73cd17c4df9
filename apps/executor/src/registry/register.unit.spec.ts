import {
  type ActionContract,
  ActionName,
  ActionRegistered,
  clientSubjects,
  TenantName,
} from '@action-do/contracts';
import { AppendUnknown, StoreUnavailable, StreamConflict } from '@action-do/event-store';
import { until } from '@action-do/test-support';
import { defineAction } from '@do-sdk/actions';
import { z } from 'zod';
import { makeApiKey } from '../access/api-key-secret.js';
import type { Executor } from '../executor.js';
import { systemChance } from '../system-ports.js';
import { action } from '../testing/one-executor.contract.js';
import { ServedExecutor } from '../testing/served-executor.contract.js';
import { command, TENANT } from '../testing/sim-executors.contract.js';
import { onTheBus, SimWorker } from '../testing/sim-worker.contract.js';
import { REMOTE_VERSIONS_MAX } from './remote-actions.js';

let served: ServedExecutor;
beforeEach(async () => {
  served = await ServedExecutor.start([action('own', () => 1)]);
});
afterEach(() => served.close());

const register = (contract: unknown) => served.ask(clientSubjects.register(TENANT), { contract });
const { contract } = onTheBus();
const changed = (over: Partial<ActionContract>): ActionContract => ({ ...contract, ...over });

async function registered() {
  const events = [];
  for await (const event of served.store.readAll({ streamPrefixes: ['registry-'] })) events.push(event);
  return events;
}

describe('a contract that a worker registers', () => {
  it('is recorded once, by whom is recorded too, and the worker is called', async () => {
    const answer = await register(contract);
    expect(answer.json).toEqual({
      status: 'registered',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      position: expect.stringMatching(/^memory-\d+$/),
    });
    expect((await register(contract)).json).toEqual({ status: 'known', digest: answer.json['digest'] });
    const [event, ...more] = await registered();
    expect([event?.streamId, event?.type, more.length]).toEqual([
      'registry-default.pay',
      'ActionRegistered',
      0,
    ]);
    expect(event?.data).toMatchObject({ contract, target: 'bus', digest: answer.json['digest'] });
    expect(event?.metadata).toMatchObject({ actorType: 'api_key', channel: 'bus', action: 'pay' });
    const worker = new SimWorker(served.bus);
    const call = served.execute({ params: { id: 'a' } });
    await until('the call', () => worker.runs.length > 0);
    worker.succeed({ done: true });
    expect((await call).json).toMatchObject({ result: { done: true } });
  });

  it('with another description or policy is recorded anew and stands from then on', async () => {
    await register(contract);
    const policy = { ...contract.policy, attemptTimeoutMs: 77 };
    expect((await register(changed({ policy, description: 'better' }))).json['status']).toBe('registered');
    expect(served.executor.registry.find(TENANT, 'pay')?.policy.attemptTimeoutMs).toBe(77);
    expect(await registered()).toHaveLength(2);
  });

  it.each<[string, Partial<ActionContract>, RegExp]>([
    [
      'params',
      { paramsJsonSchema: { ...contract.paramsJsonSchema, required: ['id', 'more'] } },
      /paramsJsonSchema\.required\[1\]/,
    ],
    ['results', { resultJsonSchema: { type: ['object', 'string'] } }, /resultJsonSchema\.type/],
    ['effects', { policy: { ...contract.policy, effects: 'unsafe' } }, /policy\.effects/],
  ])('of a known version with other %s is CONTRACT_CONFLICT, and says where', async (_, over, where) => {
    const standing = changed({ resultJsonSchema: { type: 'object' } });
    await register(standing);
    const answer = await register({ ...standing, ...over });
    expect([answer.code, answer.json['detail']]).toEqual(['CONTRACT_CONFLICT', expect.stringMatching(where)]);
    expect(await registered()).toHaveLength(1);
  });

  const withDefault = (pattern: string, value: string): Partial<ActionContract> => {
    const more = { type: 'string', format: 'email', pattern, default: value };
    const { properties } = contract.paramsJsonSchema;
    return {
      paramsJsonSchema: { ...contract.paramsJsonSchema, properties: { ...Object(properties), more } },
    };
  };

  it('of a known version may have one more param, whose default matches its pattern', async () => {
    await register(contract);
    expect((await register(changed(withDefault('^.+@', 'a@b.co')))).json['status']).toBe('registered');
  });

  it.each([
    ['does not match its pattern', '^.+@', 'nobody'],
    ['takes too long to be told from it', '^(a+)+$', `${'a'.repeat(40)}!`],
  ])('whose new default %s is CONTRACT_CONFLICT, and blames no caller', async (_, pattern, value) => {
    await register(contract);
    const began = Date.now();
    const answer = await register(changed(withDefault(pattern, value)));
    expect([answer.code, answer.json['detail']]).toEqual([
      'CONTRACT_CONFLICT',
      expect.stringMatching(/properties\.more\.default: a new default has to be one that/),
    ]);
    expect(Date.now() - began).toBeLessThan(3_000);
    expect(await registered()).toHaveLength(1);
  });

  it('of a version that this process performs itself is CONTRACT_CONFLICT', async () => {
    const answer = await register(changed({ name: ActionName.parse('own') }));
    expect([answer.code, answer.json['detail']]).toEqual([
      'CONTRACT_CONFLICT',
      expect.stringMatching(/own version 1 is performed by the executor itself/),
    ]);
    expect((await register(changed({ name: ActionName.parse('own'), version: 2 }))).json['status']).toBe(
      'registered',
    );
  });

  it.each<[string, object, RegExp]>([
    ['params that are no object', { paramsJsonSchema: { type: 'string' } }, /paramsJsonSchema\.type/],
    [
      'a params schema that is none',
      { paramsJsonSchema: { type: 'object', required: 7 } },
      /paramsJsonSchema /,
    ],
    ['a result schema that is none', { resultJsonSchema: { type: 'nothing' } }, /resultJsonSchema /],
    ['a schema from elsewhere', { resultJsonSchema: { $ref: 'https://example.com/x' } }, /resultJsonSchema /],
    [
      'a circle in which no check ends',
      { resultJsonSchema: { $ref: '#/$defs/l', $defs: { l: { allOf: [{ $ref: '#/$defs/l' }] } } } },
      /resultJsonSchema\.\$ref\.allOf\[0\]\.\$ref/,
    ],
    ['a check that nobody waits for', { resultJsonSchema: { $async: true } }, /resultJsonSchema /],
    ['a probe that verifies nothing', { hasProbe: true }, /hasProbe/],
    ['nothing to verify by', { policy: { ...contract.policy, effects: 'verifiable' } }, /hasProbe/],
  ])('with %s is REQUEST_INVALID', async (_, over, what) => {
    const answer = await register({ ...contract, ...over });
    expect([answer.code, answer.json['detail']]).toEqual(['REQUEST_INVALID', expect.stringMatching(what)]);
    expect(await registered()).toEqual([]);
  });

  it.each([null, {}, { ...contract, name: 'Pay' }, { ...contract, version: 0 }, { ...contract, extra: 1 }])(
    'that has not the shape of one is BODY_INVALID',
    async (given) => {
      expect((await register(given)).code).toBe('BODY_INVALID');
    },
  );

  it('at the same time as another is recorded once: the conflict decides anew', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => register(contract)));
    expect(answers.map(({ json }) => json['status']).sort()).toEqual([
      'known',
      'known',
      'known',
      'known',
      'registered',
    ]);
    expect(await registered()).toHaveLength(1);
  });

  it('whose append was lost on the way is repeated with the same id', async () => {
    const append = served.store.append.bind(served.store);
    let tries = 0;
    served.store.append = async (...given) => {
      const result = await append(...given);
      if (++tries === 1) throw new AppendUnknown('registry');
      return result;
    };
    expect((await register(contract)).json['status']).toBe('registered');
    expect([tries, (await registered()).length]).toEqual([2, 1]);
  });

  it('that loses every race ends as an error of ours, not in a loop', async () => {
    served.store.append = async () => {
      throw new StreamConflict('registry-default.pay', 'no-stream', 0n);
    };
    expect((await register(contract)).code).toBe('INTERNAL');
  });

  it('beyond what an executor holds makes it forget the first, and read it again when it is called', async () => {
    await register(contract);
    const { registry } = served.executor;
    const many = onTheBus({}, { name: ActionName.parse('many') });
    for (let version = 1; version <= REMOTE_VERSIONS_MAX; version++)
      registry.learn(TENANT, { ...many, contract: { ...many.contract, version }, digest: String(version) });
    expect(registry.find(TENANT, 'pay')).toBeNull();
    expect(registry.versions(TENANT, 'many')).toHaveLength(REMOTE_VERSIONS_MAX);
    expect((await served.execute({ params: { id: 'a' } })).code).toBe('NO_HANDLER');
    expect(registry.find(TENANT, 'pay')?.version).toBe(1);
  });

  it('is the tenant’s alone', async () => {
    await register(contract);
    const other = TenantName.parse('other');
    const { key } = makeApiKey(other);
    await served.addKey(key);
    expect(served.executor.registry.find(other, 'pay')).toBeNull();
    expect(served.executor.registry.find(other, 'own')).not.toBeNull();
  });
});

describe('what an executor performs itself', () => {
  it('is recorded at its start, and not again at the next', async () => {
    await served.executor.registerOwn(TENANT);
    await served.executor.registerOwn(TENANT);
    const events = await registered();
    expect(events.map(({ streamId, data }) => [streamId, data['target']])).toEqual([
      ['registry-default.own', 'in-process'],
    ]);
    expect(events[0]?.metadata).toMatchObject({ actorType: 'system' });
  });

  it('may be described at any length', async () => {
    const described = ['x'.repeat(5_000), `${'x'.repeat(1_999)}😀`, `${'x'.repeat(1_998)}😀😀`].map(
      (description, at) => ({ ...action(`long-${at}`, () => 1), description }),
    );
    const { executor } = new ServedExecutor(described, served.store);
    await executor.registerOwn(TENANT);
    const contracts = (await registered()).map(({ data }) => ActionRegistered.parse(data).contract);
    expect(contracts.map(({ description }) => description)).toEqual([
      'x'.repeat(2_000),
      'x'.repeat(1_999),
      `${'x'.repeat(1_998)}😀`,
    ]);
  });

  it('is refused at the start, before any is recorded, where nobody could call it, and by its name', async () => {
    const one: z.ZodType = z.lazy(() => z.union([one, z.string()]));
    const params = z.object({ one });
    const endless = defineAction({ name: 'endless', effects: 'none', params, result: z.any(), run: () => 1 });
    const halved = { ...action('halved', () => 1), description: 'x\ud83d' };
    for (const [definition, says] of [
      [endless, /^endless@1 cannot be used: paramsJsonSchema\S* leads back to itself/],
      [halved, /^halved@1 cannot be used: description has half a surrogate pair/],
    ] as const) {
      const { executor } = new ServedExecutor([action('fine', () => 1), definition], served.store);
      await expect(executor.registerOwn(TENANT)).rejects.toThrow(says);
    }
    expect(await registered()).toEqual([]);
  });

  it('is what finds a call, whatever is registered of that version', async () => {
    const own = served.executor.registry.find(TENANT, 'own', 1);
    served.executor.registry.learn(TENANT, onTheBus({}, { name: ActionName.parse('own') }));
    expect(served.executor.registry.find(TENANT, 'own', 1)).toBe(own);
    served.executor.registry.learn(TENANT, onTheBus({}, { name: ActionName.parse('own'), version: 3 }));
    expect(served.executor.registry.find(TENANT, 'own')?.version).toBe(3);
    expect(served.executor.registry.versions(TENANT, 'own')).toEqual([1, 3]);
  });
});

describe('another executor on the same log', () => {
  const find = async (executor: Executor, name = 'pay', version?: number) => {
    const reply = await executor.executeAction.execute(
      command({ action: name, params: { id: 'a' }, version }, systemChance.uuid()),
    );
    return reply.kind === 'refused' ? reply.problem.code : 'executed';
  };
  const other = () => new ServedExecutor([], served.store);

  it('knows what was registered, from the log, when it is called', async () => {
    await register(contract);
    // Nobody performs it there, but it is no unknown action.
    expect(await find(other().executor)).toBe('NO_HANDLER');
  });

  it('knows at once what is registered after it was asked for, and within a second what was changed', async () => {
    const second = other();
    expect(await find(second.executor)).toBe('ACTION_UNKNOWN');
    await register(contract);
    expect(await find(second.executor)).toBe('NO_HANDLER');
    await register(changed({ version: 2 }));
    const newest = async () => {
      await find(second.executor);
      return second.executor.registry.find(TENANT, 'pay')?.version;
    };
    expect(await newest()).toBe(1);
    second.nowMs += 1_000;
    expect(await newest()).toBe(2);
  });

  it('asks the log once a second at most', async () => {
    await register(contract);
    const second = other();
    const readStream = served.store.readStream.bind(served.store);
    const read: string[] = [];
    served.store.readStream = (stream, options) => {
      if (stream.startsWith('registry-')) read.push(stream);
      return readStream(stream, options);
    };
    const reads = async () => {
      await Promise.all([find(second.executor), find(second.executor), find(second.executor)]);
      return read.length;
    };
    expect([await reads(), await reads()]).toEqual([1, 1]);
    second.nowMs += 1_000;
    expect(await reads()).toBe(2);
  });

  it('keeps what it knows of the workers of a contract that is read again', async () => {
    await register(contract);
    const second = other();
    await find(second.executor);
    const known = second.executor.registry.find(TENANT, 'pay');
    second.nowMs += 1_000;
    await find(second.executor);
    expect(second.executor.registry.find(TENANT, 'pay')).toBe(known);
  });

  it('has nobody for what only another executor performs', async () => {
    await served.executor.registerOwn(TENANT);
    expect(await find(other().executor, 'own')).toBe('NO_HANDLER');
  });

  it('that cannot read the log says so, and does not remember it', async () => {
    await register(contract);
    const { executor } = other();
    const readStream = served.store.readStream.bind(served.store);
    served.store.readStream = (stream, options) => {
      if (stream.startsWith('registry-')) throw new StoreUnavailable('away');
      return readStream(stream, options);
    };
    await expect(find(executor)).rejects.toThrow('away');
    served.store.readStream = readStream;
    expect(await find(executor)).toBe('NO_HANDLER');
  });

  it('passes over events that this version does not know', async () => {
    await register(contract);
    const event = { id: systemChance.uuid(), type: 'ActionForgotten', data: {}, metadata: {} };
    await served.store.append('registry-default.pay', [event], 0n);
    expect(await find(other().executor)).toBe('NO_HANDLER');
    expect((await register(changed({ description: 'new' }))).json['status']).toBe('registered');
  });
});
