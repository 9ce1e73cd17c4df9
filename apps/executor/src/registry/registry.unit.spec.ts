import { defineAction } from '@do-sdk/actions';
import { z } from 'zod';
import { action } from '../testing/one-executor.contract.js';
import { TENANT } from '../testing/sim-executors.contract.js';
import { ActionRegistry } from './action-registry.js';
import { compileParamsCheck } from './schema-checks.js';

const performedHere = () => {
  throw new Error('nothing here is performed elsewhere');
};

const emptyRegistry = () => new ActionRegistry(performedHere, performedHere);

const registryOf = (...names: string[]) => {
  const registry = emptyRegistry();
  for (const name of names) registry.register(action(name, () => 1));
  return registry;
};

describe('the registry', () => {
  it('finds the newest version, or the one asked for', () => {
    const registry = emptyRegistry();
    for (const version of [2, 10, 9]) registry.register(action('pay', () => 1, { version }));
    expect([
      registry.find(TENANT, 'pay')?.version,
      registry.find(TENANT, 'pay', 9)?.version,
      registry.find(TENANT, 'pay', 3),
    ]).toEqual([10, 9, null]);
    expect(registry.versions(TENANT, 'pay')).toEqual([2, 9, 10]);
    expect([registry.find(TENANT, 'constructor'), registry.versions(TENANT, 'toString')]).toEqual([null, []]);
  });

  it('refuses a second definition of a name and version', () => {
    expect(() => registryOf('pay', 'pay')).toThrow('action pay version 1 is defined twice');
  });

  it('names at most three that a mistyped name may have meant, nearest first', () => {
    const registry = registryOf('send-invoice', 'send-invite', 'send-voice', 'send-invoices', 'pay');
    expect(registry.nearest(TENANT, 'send-invoic')).toEqual(['send-invoice', 'send-invoices', 'send-invite']);
    expect(registry.nearest(TENANT, 'completely-different-thing')).toHaveLength(1);
    expect(registryOf().nearest(TENANT, 'pay')).toEqual([]);
  });
});

describe('the check of params', () => {
  const schema = defineAction({
    name: 'pay',
    effects: 'none',
    params: z.object({
      id: z.string().min(2),
      kind: z.enum(['a', 'b']).default('a'),
      'a/b~c': z.number().optional(),
      items: z
        .array(z.object({ name: z.string() }))
        .max(30)
        .default([]),
      address: z.object({ city: z.string().default('Graz') }).optional(),
    }),
    result: z.any(),
    run: () => 1,
  }).paramsJsonSchema;
  const check = compileParamsCheck(schema);

  it('fills in defaults in place, inner ones too, each time its own', () => {
    const [a, b] = [{ id: 'xx', address: {} }, { id: 'yy' }];
    expect([check(a), check(b)]).toEqual([[], []]);
    expect(a).toEqual({ id: 'xx', kind: 'a', items: [], address: { city: 'Graz' } });
    Reflect.get(a, 'items').push('spoilt');
    const c = { id: 'zz' };
    check(c);
    expect(c).toMatchObject({ items: [] });
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ['is missing', {}, 'params.id', 'required'],
    ['is too short', { id: 'x' }, 'params.id', 'minLength'],
    ['is of another type', { id: 7 }, 'params.id', 'type'],
    ['is none of the choices', { id: 'xx', kind: 'c' }, 'params.kind', 'enum'],
    ['is not known', { id: 'xx', nickname: 1 }, 'params.nickname', 'unknown'],
    ['is wrong within', { id: 'xx', items: [{ name: 'a' }, { name: 7 }] }, 'params.items[1].name', 'type'],
    ['is missing within', { id: 'xx', items: [{}] }, 'params.items[0].name', 'required'],
    ['has a name with signs', { id: 'xx', 'a/b~c': 'x' }, 'params.a/b~c', 'type'],
    ['is called as a member of every object', { id: 'xx', toString: 1 }, 'params.toString', 'unknown'],
    ['is __proto__', JSON.parse('{"id":"xx","__proto__":{"kind":"b"}}'), 'params.__proto__', 'unknown'],
  ])('says where a param %s', (_, params, path, code) => {
    expect(check(params as never)).toEqual([{ path, code, message: expect.any(String) }]);
  });

  it('names the choices that there are', () => {
    expect(check({ id: 'xx', kind: 'c' })[0]?.message).toMatch(/: a, b$/);
  });

  it('does not take what an object inherits for a param that was given', () => {
    const inherited = compileParamsCheck({
      type: 'object',
      required: ['constructor'],
      properties: { constructor: {} },
    });
    expect(inherited({})).toEqual([{ path: 'params.constructor', code: 'required', message: 'is missing' }]);
  });

  it('gives at most 20 issues', () => {
    expect(check({ id: 'xx', items: Array.from({ length: 25 }, () => 7) })).toHaveLength(20);
  });

  it('is not spoilt by a schema that calls itself the meta-schema', () => {
    const $id = 'https://json-schema.org/draft/2020-12/schema';
    compileParamsCheck({ $id, type: 'object' });
    expect(() => compileParamsCheck({ type: 'object', properties: { a: { type: 'string' } } })).not.toThrow();
    expect(() => compileParamsCheck({ type: 'nothing' })).toThrow();
  });

  it('keeps apart two schemas of the same $id', () => {
    const [one, two] = ['string', 'number'].map((type) =>
      compileParamsCheck({ $id: 'same', type: 'object', properties: { a: { type } } }),
    );
    expect([one?.({ a: 'x' }), two?.({ a: 'x' })?.length]).toEqual([[], 1]);
  });
});
