import type { JsonObject, JsonValue } from '@action-do/contracts';
import { closed, integer, number, string } from './changed-contracts.contract.js';
import { carriedOut, contract, type Given, register, standing } from './contracts.contract.js';
import { contractText, decideRegister } from './register.decider.js';
import { NOTHING_REGISTERED } from './registry-fold.js';
import { ACTION_WEIGHT_MAX } from './weight.js';

describe('a contract', () => {
  it('of a version that nobody knows is registered', () => {
    const given = contract();
    expect(register(NOTHING_REGISTERED, given)).toEqual({
      kind: 'append',
      registered: { contract: given, target: 'bus', digest: contractText(given), atMs: 5 },
    });
    expect(register(standing(contract()), contract({ version: 2, effects: 'none' })).kind).toBe('append');
  });

  it('that stands already is known, whatever the order of its members', () => {
    const { name, ...rest } = contract();
    expect(register(standing(contract()), { ...rest, name }).kind).toBe('known');
  });

  it.each<[string, Given, string]>([
    ['effects', { effects: 'idempotent' }, 'policy.effects'],
    [
      'params',
      { params: { type: 'object', properties: { id: { type: 'number' } } } },
      'paramsJsonSchema.properties.id.type',
    ],
    ['results', { result: { type: 'number' } }, 'resultJsonSchema.type'],
  ])(
    'of a known version with other %s is refused, and the path of what breaks is named',
    (_, given, path) => {
      expect(register(standing(contract()), contract(given))).toEqual({ kind: 'refuse', path });
    },
  );

  it('of a known version may take more: only what breaks somebody needs a new one', () => {
    const given = contract({
      params: { type: 'object', properties: { id: { type: ['string', 'number'] } } },
    });
    expect(register(standing(contract()), given).kind).toBe('append');
  });

  it('of a known version may change in its description and policy: the newest stands', () => {
    const changed = contract({ description: 'better', attemptTimeoutMs: 2_000 });
    const state = standing(contract(), changed);
    expect(state.revision).toBe(1n);
    expect(state.versions.get(1)?.registered.contract).toEqual(changed);
    expect(register(state, contract()).kind).toBe('append');
  });

  it.each(['in-process', 'bus', 'http'] as const)(
    'is held to what stands, whoever performs it: %s',
    (target) => {
      for (const before of ['in-process', 'bus', 'http'] as const) {
        const state = carriedOut(NOTHING_REGISTERED, register(NOTHING_REGISTERED, contract(), before));
        expect(register(state, contract({ effects: 'none' }), target)).toEqual({
          kind: 'refuse',
          path: 'policy.effects',
        });
        const same = before === target ? 'known' : 'append';
        expect([before, register(state, contract(), target).kind]).toEqual([before, same]);
      }
    },
  );

  it('is recorded with the service that performs it, and anew where its secret is another', () => {
    const first = register(NOTHING_REGISTERED, contract(), 'http', 'a');
    expect(first).toMatchObject({ registered: { target: 'http', http: { secretWrapped: 'a' } } });
    const state = carriedOut(NOTHING_REGISTERED, first);
    expect(register(state, contract(), 'http', 'a').kind).toBe('known');
    expect(register(state, contract(), 'http', 'b').kind).toBe('append');
    expect(register(state, contract(), 'bus')).not.toHaveProperty('registered.http');
  });

  it('of a retired version is recorded no more, and refused all the same where it breaks what stood', () => {
    const state = standing(contract(), 1);
    for (const target of ['in-process', 'bus'] as const) {
      expect(register(state, contract(), target).kind).toBe('retired');
      expect(register(state, contract({ description: 'better' }), target).kind).toBe('retired');
      expect(register(state, contract({ effects: 'none' }), target).kind).toBe('refuse');
    }
    expect(register(state, contract({ version: 2, effects: 'none' })).kind).toBe('append');
  });

  it('of a service that need not answer ask says so, until a person says otherwise: a worker’s registration leaves it', () => {
    const given = {
      contract: contract(),
      target: 'bus' as const,
      digest: contractText(contract()),
      nowMs: 5,
    };
    const workers = standing(contract());
    const said = decideRegister(workers, { ...given, answersAsk: false });
    expect(said).toMatchObject({ kind: 'append', registered: { answersAsk: false } });
    const silent = carriedOut(workers, said);
    expect(decideRegister(silent, { ...given, answersAsk: false }).kind).toBe('known');
    expect(decideRegister(silent, given).kind).toBe('known');
    const changed = contract({ description: 'better' });
    expect(register(silent, changed)).toMatchObject({ registered: { contract: changed, answersAsk: false } });
    expect(decideRegister(silent, { ...given, answersAsk: true })).toEqual({
      kind: 'append',
      registered: { contract: contract(), target: 'bus', digest: given.digest, atMs: 5 },
    });
  });
});

describe('the default of a new param is judged', () => {
  const items = (schema: JsonObject): JsonObject => ({ type: 'array', items: schema });
  const counted = closed({ k: { ...integer, default: 1 } });
  it.each<[string, JsonObject, JsonValue, boolean]>([
    ['by a step', { ...number, multipleOf: 5 }, 10, true],
    ['by a step that it is off', { ...number, multipleOf: 5 }, 11, false],
    [
      'by a step as the executor does, for which there is none so great',
      { ...number, multipleOf: 2 },
      2.4e21,
      false,
    ],
    [
      'whatever its format, which the executor leaves to others',
      { ...string, format: 'email' },
      'a@b.co',
      true,
    ],
    ['beside a keyword that nobody knows', { ...string, unit: 'EUR' }, 'x', true],
    ['by a pattern', { ...string, pattern: '^x' }, 'xa', true],
    ['by a pattern that it does not match', { ...string, pattern: '^x' }, 'a', false],
    ['by a pattern that takes too long', { ...string, pattern: '^(a+)+$' }, 'aaa', false],
    ['by a condition, which is not followed', { if: string, else: false }, 'a', false],
    [
      'by names',
      { type: 'object', propertyNames: { maxLength: 1 }, additionalProperties: string },
      { x: 'y' },
      true,
    ],
    [
      'by names, one of which is too long',
      { type: 'object', propertyNames: { maxLength: 1 } },
      { xx: 'y' },
      false,
    ],
    [
      'by a pattern of names',
      { type: 'object', patternProperties: { '^x': string }, additionalProperties: false },
      { x: 'y' },
      true,
    ],
    [
      'by a pattern that no name matches',
      { type: 'object', patternProperties: { '^x': string }, additionalProperties: false },
      { y: 'y' },
      false,
    ],
    [
      'by a pattern of names that takes too long',
      { type: 'object', patternProperties: { '^(a+)+$': string } },
      { a: 'y' },
      false,
    ],
    ['as a list of nothing', items(counted), [], true],
    ['as a list of what has all members', items(counted), [{ k: 2 }], true],
    ['with the defaults of its members', counted, {}, true],
    ['with a default of a member that is none', closed({ k: { ...string, default: 1 } }), {}, false],
    ['with defaults that another schema looks at', { allOf: [counted, { maxProperties: 0 }] }, {}, false],
    ['by whether its items are unique', { type: 'array', uniqueItems: true }, [1, { a: 1 }, { a: 2 }], true],
    [
      'by its items, two of which are equal',
      { type: 'array', uniqueItems: true },
      [
        { a: 1, b: 1 },
        { b: 1, a: 1 },
      ],
      false,
    ],
  ])('%s', (_, schema, value, valid) => {
    const given = contract({ params: closed({ n: { ...schema, default: value } }) });
    const matches = (pattern: string, text: string) =>
      pattern.includes('+') ? null : new RegExp(pattern, 'u').test(text);
    expect(register(standing(contract({ params: closed({}) })), given, 'bus', undefined, matches)).toEqual(
      valid
        ? expect.objectContaining({ kind: 'append' })
        : { kind: 'refuse', path: 'paramsJsonSchema.properties.n.default' },
    );
  });
});

describe('the contracts of one action', () => {
  /** A version that takes a share of what they may weigh together. */
  const large = (version: number, share: number) =>
    contract({
      version,
      params: { type: 'object', description: 'x'.repeat(Math.floor(ACTION_WEIGHT_MAX * share)) },
    });

  it('may take so much together, those of retired versions included', () => {
    const two = standing(large(1, 0.4), large(2, 0.4), 1);
    const decision = register(two, large(3, 0.3));
    expect(decision).toEqual({ kind: 'too-large', weight: expect.any(Number) });
    expect(Reflect.get(decision, 'weight') / ACTION_WEIGHT_MAX).toBeCloseTo(1.1, 2);
    expect(register(two, large(3, 0.1)).kind).toBe('append');
  });

  it('that take more already may be said again, be performed elsewhere, and be made smaller', () => {
    const [one] = standing(large(1, 0.9)).versions.values();
    if (one === undefined) throw new Error('nothing stands');
    const full = {
      revision: 1n,
      versions: new Map([...standing(large(2, 0.9)).versions, [1, one] as const]),
    };
    expect(register(full, large(1, 0.9)).kind).toBe('known');
    expect(register(full, large(1, 0.9), 'http', 's').kind).toBe('append');
    expect(register(full, large(1, 0.8)).kind).toBe('append');
    expect(register(full, large(1, 0.95)).kind).toBe('too-large');
  });

  it('of what executors are built of are not counted, neither when they come nor when they stand', () => {
    const own = register(standing(large(1, 0.9)), large(2, 0.9), 'in-process');
    expect(own.kind).toBe('append');
    expect(register(carriedOut(standing(large(1, 0.9)), own), contract({ version: 3 })).kind).toBe('append');
  });

  it('are counted as they would stand: one in the place of another', () => {
    expect(register(standing(large(1, 0.6)), large(1, 0.7)).kind).toBe('append');
  });

  it('weigh something each, however small', () => {
    const versions = Array.from({ length: 512 }, (_, index) => contract({ version: index + 1 }));
    const full = standing(...versions.slice(0, 511));
    const [last] = versions.slice(511);
    if (last === undefined) throw new Error('none is left');
    // Exactly full.
    expect(register(full, last).kind).toBe('append');
    expect(register(standing(...versions), contract({ version: 513 }))).toEqual({
      kind: 'too-large',
      weight: ACTION_WEIGHT_MAX + 4_096,
    });
  });
});
