import { carriedOut, contract, type Given, register, standing } from './contracts.contract.js';
import { contractText, decideRegister } from './register.decider.js';
import { NOTHING_REGISTERED } from './registry-fold.js';

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
