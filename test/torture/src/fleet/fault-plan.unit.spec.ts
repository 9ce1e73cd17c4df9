import { seededRandom } from '@action-do/test-support';
import { FAULTS, type FaultKind } from '../history/history.js';
import { PLANS } from './fault-plan.js';
import { Works } from './works.js';

const planned = (mode: keyof typeof PLANS, count: number, seed = 1): FaultKind[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index) => PLANS[mode](index, random));
};

describe('a plan of faults', () => {
  it('kills executors, and every tenth time everything', () => {
    const kinds = planned('kill', 20);
    expect(kinds.filter((kind) => kind === 'kill')).toHaveLength(18);
    expect([kinds[9], kinds[19]]).toEqual(['everything', 'everything']);
  });

  it('that mixes has each kind once before chance decides, and none is forgotten by chance', () => {
    expect(planned('all', FAULTS.length).toSorted()).toEqual([...FAULTS].toSorted());
    expect(new Set(planned('all', 500).slice(FAULTS.length))).toEqual(new Set(FAULTS));
  });

  it('that mixes begins with a stop in order, which nothing has disturbed', () => {
    expect(planned('all', 1)).toEqual(['term']);
  });

  it('is the same of the same seed', () => {
    expect(planned('all', 100, 7)).toEqual(planned('all', 100, 7));
    expect(planned('all', 100, 7)).not.toEqual(planned('all', 100, 8));
  });
});

describe('pieces of work', () => {
  const made = (seed: number) => {
    const works = new Works('w', seededRandom(seed));
    return Array.from({ length: 2_000 }, () => works.next());
  };

  it('are of every class at every place, the same of the same seed', () => {
    expect(made(1)).toEqual(made(1));
    expect(new Set(made(1).map(({ place, effects }) => `${place} ${effects}`)).size).toBe(10);
  });

  it('are asked for by several callers in part, but for reads without a key: each of those is another one', () => {
    const seen = new Map<string, number>();
    for (const { id } of made(2)) seen.set(id, (seen.get(id) ?? 0) + 1);
    const shared = made(2).filter(({ id }) => (seen.get(id) ?? 0) > 1);
    expect(shared.length).toBeGreaterThan(100);
    expect(shared.filter(({ effects, key }) => effects === 'none' && key === undefined)).toEqual([]);
  });

  it('that are unsafe are not told to fail and try again: they have one attempt', () => {
    expect(made(3).filter(({ effects, failures }) => effects === 'unsafe' && failures > 0)).toEqual([]);
  });
});
