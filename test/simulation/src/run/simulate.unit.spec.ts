import { FAULTS, noFaults } from './fault-counts.js';
import type { Life } from './live-seed.js';
import { noSightings, SIGHTINGS } from './sightings.js';
import { bites, simulate } from './simulate.js';

const evidence = { calls: [], ledger: [], log: [] };
const calm = (seed: number): Life => ({ seed, story: [], faults: noFaults(), evidence });

it('a run that throws is broken, and names its seed', async () => {
  const live = async (seed: number): Promise<Life> => ({
    ...calm(seed),
    ...(seed === 8 && { threw: 'TypeError: boom' }),
  });
  const { broken, seeds } = await simulate(7, 5, { live });
  expect(broken).toMatchObject({
    life: { seed: 8 },
    violations: [{ invariant: 'our bug', what: 'the run threw: TypeError: boom' }],
  });
  expect(seeds).toBe(2);
});

it('whoever asks for one kind of breach passes over runs that break something else', async () => {
  const live = async (seed: number): Promise<Life> => ({
    ...calm(seed),
    evidence: { ...evidence, afterwards: { waiting: seed === 9 ? ['r7'] : [], held: ['e1 holds it'] } },
  });
  const of = async (until: string) => (await simulate(7, 5, { live, until })).broken?.life.seed;
  expect(await of('I13')).toBe(7);
  expect(await of('never got an answer')).toBe(9);
  expect(await of('I5')).toBeUndefined();
});

it('each seed is named before it is lived through', async () => {
  const said: string[] = [];
  const live = async (seed: number): Promise<Life> => {
    said.push(`lives ${seed}`);
    return calm(seed);
  };
  await simulate(7, 2, { live, begins: (seed) => said.push(`begins ${seed}`) });
  expect(said).toEqual(['begins 7', 'lives 7', 'begins 8', 'lives 8']);
});

it('many runs of which too many keys were not looked through have shown nothing of them', () => {
  const faults = noFaults();
  for (const name of FAULTS) faults[name] = 1;
  const sightings = noSightings();
  for (const name of SIGHTINGS) sightings[name] = 1;
  const simulated = {
    ...{ seeds: 1_000, broken: null, faults, sightings },
    ...{ calls: 0, executions: 0, steps: 0, calm: { good: 1, all: 1 }, cpuMs: 1 },
  };
  expect(bites({ ...simulated, undecided: 10 })).toEqual([]);
  expect(bites({ ...simulated, undecided: 11 })).toHaveLength(1);
  expect(bites({ ...simulated, seeds: 999, undecided: 11 })).toEqual([]);
});
