import type { ActionName } from '@action-do/contracts';
import { contract, retire, standing } from './contracts.contract.js';
import { evolveRegistry, NOTHING_REGISTERED, newestOffered, type RegistryState } from './registry-fold.js';
import type { RetireAction } from './retire.decider.js';

const [one, two, three] = [contract(), contract({ version: 2 }), contract({ version: 3 })];
const of = (version: number, name = 'pay') => ({ name: name as ActionName, version });

describe('a version', () => {
  it.each<[string, RegistryState, RetireAction['successor'], ReturnType<typeof of> | null]>([
    ['that is the only one', standing(one), undefined, null],
    ['beside a newer one', standing(one, two), undefined, of(2)],
    ['beside several', standing(one, two, three), undefined, of(3)],
    ['beside one that is retired', standing(one, two, three, 3), undefined, of(2)],
    ['beside none that is left', standing(one, two, 2), undefined, null],
    ['beside the one that is named', standing(one, two, three), of(2), of(2)],
  ])(
    '%s is retired, and its successor is the one named, or the newest that is left',
    (_, state, named, successor) => {
      expect(retire(state, 1, named)).toEqual({
        kind: 'append',
        retired: { name: 'pay', version: 1, successor, reason: 'old', atMs: 7 },
      });
    },
  );

  it('may be followed by an older one: the newest that is left', () => {
    expect(retire(standing(one, two), 2)).toMatchObject({ retired: { successor: of(1) } });
  });

  it('may be followed by one of another action, which stands in a stream of its own', () => {
    expect(retire(standing(one), 1, of(2, 'charge'), standing(two))).toMatchObject({
      kind: 'append',
      retired: { successor: of(2, 'charge') },
    });
    expect(retire(standing(one), 1, of(1, 'charge'), standing(one)).kind).toBe('append');
  });

  it('that is retired stays so, with what was said then', () => {
    const state = standing(one, two, 1);
    expect(retire(state, 1, of(3))).toEqual({ kind: 'known', retired: state.versions.get(1)?.retired });
  });

  it.each<[string, RegistryState, RetireAction['successor'], RegistryState | undefined]>([
    ['unknown', standing(two), undefined, undefined],
    ['unknown', NOTHING_REGISTERED, undefined, undefined],
    ['successor-itself', standing(one), of(1), undefined],
    ['successor-unknown', standing(one), of(7), undefined],
    ['successor-retired', standing(one, two, 2), of(2), undefined],
    ['successor-unknown', standing(one), of(1, 'charge'), NOTHING_REGISTERED],
    ['successor-retired', standing(one), of(1, 'charge'), standing(one, 1)],
  ])('is not retired: %s', (why, state, successor, successors) => {
    expect(retire(state, 1, successor, successors)).toEqual({ kind: 'refuse', why });
  });
});

describe('the fold', () => {
  it('says which is the newest that takes new work', () => {
    expect(newestOffered(NOTHING_REGISTERED)).toBeNull();
    expect(newestOffered(standing(two, one))).toBe(2);
    expect(newestOffered(standing(two, one, 2))).toBe(1);
    expect(newestOffered(standing(one, 1))).toBeNull();
  });

  it('throws on what nobody can have decided', () => {
    const state = standing(one, 1);
    const data = state.versions.get(1);
    if (!data?.retired) throw new Error('it is not retired');
    const [retired, registered] = [
      { type: 'ActionRetired', data: data.retired },
      { type: 'ActionRegistered', data: data.registered },
    ] as const;
    for (const event of [retired, registered]) expect(() => evolveRegistry(state, event)).toThrow('corrupt');
    expect(() => evolveRegistry(NOTHING_REGISTERED, retired)).toThrow('corrupt');
  });
});
