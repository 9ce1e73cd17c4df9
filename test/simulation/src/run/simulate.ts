import {
  type CalmCalls,
  type Checked,
  calmCalls,
  checkBites,
  checkEvidence,
  type Violation,
} from '@action-do/test-support';
import { addFaults, type FaultCounts, noFaults } from './fault-counts.js';
import { type Life, liveSeed } from './live-seed.js';
import { addSightings, noSightings, type SightingCounts } from './sightings.js';
import { lineOf } from './tell.js';

/** A run in which a promise was broken. */
export interface Broken {
  readonly life: Life;
  readonly violations: readonly Violation[];
}

/** What came of many runs. */
export interface Simulated {
  readonly seeds: number;
  /** The first run in which a promise was broken; none came after it. */
  readonly broken: Broken | null;
  readonly faults: FaultCounts;
  readonly sightings: SightingCounts;
  readonly calls: number;
  readonly executions: number;
  /** Keys of which the checker could not find out whether their answers fit together. */
  readonly undecided: number;
  /** What happened, all in all: messages, answers, writes, reads, timers. */
  readonly steps: number;
  readonly calm: CalmCalls;
  /** Of this process, all its threads. Milliseconds. */
  readonly cpuMs: number;
}

export interface Watched {
  /** Only a run that breaks this ends it: a part of what is told of a violation. Default: any that is broken. */
  readonly until?: string | undefined;
  /** Called before each run: what ends the process in the midst of one can name its seed. */
  readonly begins?: (seed: number) => void;
  /** Default `liveSeed`. */
  readonly live?: (seed: number) => Promise<Life>;
}

/** Lives through one seed after the other, until one is broken. */
export async function simulate(first: number, seeds: number, watched: Watched = {}): Promise<Simulated> {
  const { until, begins, live = liveSeed } = watched;
  const faults = noFaults();
  const sightings = noSightings();
  let broken: Broken | null = null;
  const calm = { good: 0, all: 0 };
  const sums = { seeds: 0, calls: 0, executions: 0, undecided: 0, steps: 0 };
  const began = process.cpuUsage();
  for (; sums.seeds < seeds && broken === null; sums.seeds++) {
    begins?.(first + sums.seeds);
    const life = await live(first + sums.seeds);
    const { evidence, story } = life;
    const { violations, undecided } = check(life);
    sums.undecided += undecided.length;
    const isWanted = (one: Violation): boolean => until === undefined || lineOf(one).includes(until);
    if (violations.some(isWanted)) broken = { life, violations };
    addFaults(faults, life.faults);
    addSightings(sightings, evidence);
    const { good, all } = calmCalls(evidence);
    calm.good += good;
    calm.all += all;
    sums.calls += evidence.calls.length;
    sums.executions += evidence.log.filter(({ type }) => type === 'ActionRequested').length;
    sums.steps += story.length;
  }
  const { user, system } = process.cpuUsage(began);
  return { ...sums, broken, faults, sightings, calm, cpuMs: (user + system) / 1_000 };
}

/** A run that came to no end of its own is a bug of ours, whatever else there was. */
function check({ threw, evidence }: Life): Checked {
  if (threw === undefined) return checkEvidence(evidence);
  return { violations: [{ invariant: 'our bug', what: `the run threw: ${threw}` }], undecided: [] };
}

/** Of so few runs nothing is expected but that no promise was broken. */
const SEEDS_THAT_BITE = 1_000;

/** Of a hundred runs as many keys may have more answers, or orders of them, than the checker looks through. */
const UNDECIDED_OF_100_MAX = 1;

export function bites({ seeds, calm, faults, sightings, undecided }: Simulated): Violation[] {
  if (seeds < SEEDS_THAT_BITE) return [];
  const tooMany = undecided * 100 > seeds * UNDECIDED_OF_100_MAX;
  return [
    ...checkBites(calm, { ...faults, ...sightings }),
    ...(tooMany ? [{ invariant: 'I16', what: `${undecided} keys were not looked through` }] : []),
  ];
}
