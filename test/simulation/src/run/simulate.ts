import {
  type CalmCalls,
  calmCalls,
  checkBites,
  checkEvidence,
  type Violation,
} from '@action-do/test-support';
import { addFaults, type FaultCounts, noFaults } from './fault-counts.js';
import { type Life, liveSeed } from './live-seed.js';

/** A run in which a promise was broken. */
export interface Broken {
  readonly life: Life;
  readonly violations: readonly Violation[];
}

/** What came of many runs. */
export interface Simulated {
  readonly seeds: number;
  readonly broken: readonly Broken[];
  readonly faults: FaultCounts;
  readonly calls: number;
  readonly executions: number;
  /** What happened, all in all: messages, answers, writes, reads, timers. */
  readonly steps: number;
  readonly calm: CalmCalls;
  /** Of this process, all its threads. Milliseconds. */
  readonly cpuMs: number;
}

/** So many broken runs are enough to see what is wrong. */
const BROKEN_MAX = 3;

/** Lives through one seed after the other, until enough are broken. */
export async function simulate(first: number, seeds: number): Promise<Simulated> {
  const faults = noFaults();
  const broken: Broken[] = [];
  const calm = { good: 0, all: 0 };
  const sums = { seeds: 0, calls: 0, executions: 0, steps: 0 };
  const began = process.cpuUsage();
  for (; sums.seeds < seeds && broken.length < BROKEN_MAX; sums.seeds++) {
    const life = await liveSeed(first + sums.seeds);
    const { evidence, story } = life;
    const violations = checkEvidence(evidence);
    if (violations.length > 0) broken.push({ life, violations });
    addFaults(faults, life.faults);
    const { good, all } = calmCalls(evidence);
    calm.good += good;
    calm.all += all;
    sums.calls += evidence.calls.length;
    sums.executions += evidence.log.filter(({ type }) => type === 'ActionRequested').length;
    sums.steps += story.length;
  }
  const { user, system } = process.cpuUsage(began);
  return { ...sums, broken, faults, calm, cpuMs: (user + system) / 1_000 };
}

/** Of so few runs nothing is expected but that no promise was broken. */
const SEEDS_THAT_BITE = 200;

export const bites = ({ seeds, calm, faults }: Simulated): Violation[] =>
  seeds < SEEDS_THAT_BITE ? [] : checkBites(calm, faults);
