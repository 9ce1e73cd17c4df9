import { ActionError, defineAction, RESULT_BYTES_MAX } from '@do-sdk/actions';
import { z } from 'zod';
import { action, oneExecutor } from '../testing/one-executor.contract.js';

const once = { retry: { attemptsMax: 1 } };

async function outcomeOf(run: () => unknown) {
  const { sim } = await oneExecutor([action('pay', run, once)]);
  const reply = await sim.answer('e1', { action: 'pay' });
  // Whatever happened, the record can be read again, and the repeat gets the same.
  const again = await sim.answer('e1', { action: 'pay', requestId: '00000000-0000-7000-9000-000000000001' });
  expect([again.how, again.code]).toEqual(['replayed', reply.code]);
  expect(await sim.recorded()).toHaveLength(3);
  return reply;
}

const throwing = (what: unknown) => () => {
  throw what;
};
const hostile = new Proxy(
  {},
  { get: throwing('get'), has: throwing('has'), getPrototypeOf: throwing('proto') },
);
const cycle: { self?: unknown } = {};
cycle.self = cycle;

describe('what a handler throws', () => {
  it.each<[string, unknown, object]>([
    ['an error', new TypeError('no such card'), { code: 'TypeError', message: 'no such card' }],
    ['a string', 'out of order', { code: 'THROWN', message: 'out of order' }],
    ['undefined', undefined, { code: 'THROWN', message: 'a value of type undefined was thrown' }],
    ['null', null, { code: 'THROWN' }],
    ['a symbol', Symbol('s'), { code: 'THROWN' }],
    [
      'an object that throws when looked at',
      hostile,
      { code: 'THROWN', message: 'what was thrown cannot be read' },
    ],
    [
      'an error with a name that throws',
      Object.defineProperty(new Error('x'), 'name', { get: throwing('name') }),
      { code: 'THROWN' },
    ],
    ['a very long message', new Error('x'.repeat(10_000)), { message: 'x'.repeat(1_000) }],
  ])('%s is ACTION_FAILED with effect unknown', async (_, what, cause) => {
    for (const run of [throwing(what), () => Promise.reject(what)])
      expect(await outcomeOf(run)).toMatchObject({
        code: 'ACTION_FAILED',
        json: { effect: 'unknown', cause },
      });
  });

  it.each(['none', 'applied', 'unknown'] as const)(
    'an ActionError with effect %s says so, with its code and details',
    async (effect) => {
      const error = new ActionError({ code: 'NO_FUNDS', message: 'empty', effect, details: { left: 3 } });
      const reply = await outcomeOf(throwing(error));
      expect(reply).toMatchObject({ code: 'ACTION_FAILED', json: { effect, detail: 'empty' } });
      expect(reply.json.cause).toEqual({ code: 'NO_FUNDS', message: 'empty', details: { left: 3 } });
    },
  );

  const actionError = () => new ActionError({ code: 'BAD', message: 'bad' });
  it.each<[string, object, object]>([
    ['effect that there is not', { effect: 'maybe' }, { effect: 'unknown', cause: { code: 'BAD' } }],
    ['code that is a number', { code: 7 }, { cause: { code: '7' } }],
    ['message that is an object', { message: { a: 1 } }, { cause: { message: '[object Object]' } }],
    ['details that are a cycle', { details: cycle }, { cause: { details: 'left out: not JSON' } }],
    ['details that are a bigint', { details: 7n }, { cause: { details: 'left out: not JSON' } }],
    [
      'details over the limit',
      { details: 'x'.repeat(9_000) },
      { cause: { details: 'left out: 9002 bytes, at most 8192 are kept' } },
    ],
  ])('an ActionError that was given a %s leaves a record that can be read', async (_, changed, json) => {
    expect(await outcomeOf(throwing(Object.assign(actionError(), changed)))).toMatchObject({
      code: 'ACTION_FAILED',
      json,
    });
  });
});

describe('what a handler gives back', () => {
  it.each<[string, unknown, string]>([
    ['undefined', undefined, 'RESULT_INVALID'],
    ['a function', () => 1, 'RESULT_INVALID'],
    ['a bigint', { n: 7n }, 'RESULT_INVALID'],
    ['a cycle', cycle, 'RESULT_INVALID'],
    [
      'an object that throws when read',
      {
        get a() {
          throw new Error('no');
        },
      },
      'RESULT_INVALID',
    ],
    ['one byte too much', 'x'.repeat(RESULT_BYTES_MAX - 1), 'RESULT_TOO_LARGE'],
  ])('as %s is refused, effect applied', async (_, result, code) => {
    expect(await outcomeOf(() => result)).toMatchObject({
      code,
      json: { effect: 'applied', newKeySafe: false },
    });
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a text of the largest size', 'x'.repeat(RESULT_BYTES_MAX - 2)],
    [
      'words that frameworks know',
      { response: 1, err: { message: 'x' }, id: 'x', pattern: 'y', isDisposed: true, status: 'error' },
    ],
    ['half a surrogate pair', '\ud83d'],
    ['an own __proto__', JSON.parse('{"__proto__":{"a":1}}')],
  ])('as %s is recorded as it is', async (_, result) => {
    const reply = await outcomeOf(() => result);
    expect(reply.code).toBeUndefined();
    expect(reply.body.startsWith(`{"result":${JSON.stringify(result)},"execution"`)).toBe(true);
  });

  it('may be changed afterwards: neither the answer nor the record changes', async () => {
    const result = { list: [1] };
    const { sim, world } = await oneExecutor([action('pay', () => result)]);
    const caller = await sim.ask('e1', { action: 'pay' });
    await world.run(() => world.steps.some(({ what }) => what.includes('ActionSucceeded')));
    result.list.push(2);
    expect((await sim.replyTo(caller)).json.result).toEqual({ list: [1] });
    expect((await sim.answer('e1', { action: 'pay' })).json.result).toEqual({ list: [1] });
  });
});

describe('the schemas of an action', () => {
  const params = z.object({ bag: z.any() });

  it('hand every attempt its own params: what a handler does to them is not seen by the next', async () => {
    const seen: unknown[] = [];
    const spoil = defineAction({
      name: 'pay',
      effects: 'idempotent',
      params,
      result: z.any(),
      retry: { attemptsMax: 2 },
      run: ({ bag }) => {
        seen.push(structuredClone(bag));
        bag.list.push('spoilt');
        if (seen.length === 1) throw new Error('again');
        return 1;
      },
    });
    const { sim } = await oneExecutor([spoil]);
    await sim.answer('e1', { action: 'pay', params: { bag: { list: [] } } });
    expect(seen).toEqual([{ list: [] }, { list: [] }]);
    const [events = []] = (await sim.streams()).values();
    expect(events[0]?.data['params']).toEqual({ bag: { list: [] } });
  });

  it.each<[string, () => boolean]>([
    ['throws', throwing(new Error('bad refinement'))],
    ['is asynchronous', (() => Promise.resolve(true)) as never],
  ])('with a refinement that %s end the execution, effect none', async (_, refine) => {
    const broken = defineAction({
      name: 'pay',
      effects: 'unsafe',
      params: params.refine(refine),
      result: z.any(),
      run: () => 1,
    });
    const { sim } = await oneExecutor([broken]);
    const reply = await sim.answer('e1', { action: 'pay', params: { bag: 1 } });
    expect(reply).toMatchObject({ code: 'ACTION_FAILED', how: 'executed', json: { effect: 'none' } });
  });

  it('with a refinement of the result that throws end it: RESULT_INVALID', async () => {
    const broken = defineAction({
      name: 'pay',
      effects: 'unsafe',
      params,
      result: z.any().refine(throwing(new Error('no'))),
      run: () => 1,
    });
    const { sim } = await oneExecutor([broken]);
    expect(await sim.answer('e1', { action: 'pay', params: { bag: 1 } })).toMatchObject({
      code: 'RESULT_INVALID',
      json: { effect: 'applied' },
    });
  });

  it('say what JSON Schema cannot: PARAMS_INVALID after the claim, effect none, few issues of many', async () => {
    const picky = defineAction({
      name: 'pay',
      effects: 'idempotent',
      result: z.any(),
      run: () => 1,
      params: z.object({ bag: z.array(z.string().refine((text) => text === 'a', 'must be a')) }),
    });
    const { sim } = await oneExecutor([picky]);
    const reply = await sim.answer('e1', {
      action: 'pay',
      params: { bag: Array.from({ length: 500 }, () => 'b') },
    });
    expect(reply).toMatchObject({ code: 'PARAMS_INVALID', json: { effect: 'none', newKeySafe: true } });
    expect(reply.json.issues).toHaveLength(20);
    expect(reply.json.issues?.[0]).toEqual({ path: 'params.bag[0]', code: 'custom', message: 'must be a' });
  });

  it('that refuse a large result leave few issues in the record', async () => {
    const picky = defineAction({
      name: 'pay',
      effects: 'idempotent',
      params,
      result: z.array(z.string()),
      run: () => Array.from({ length: 5_000 }, () => 1) as never,
    });
    const { sim } = await oneExecutor([picky]);
    const reply = await sim.answer('e1', { action: 'pay', params: { bag: 1 } });
    expect(reply.code).toBe('RESULT_INVALID');
    expect(reply.json.issues).toHaveLength(20);
  });
});
