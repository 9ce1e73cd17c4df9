import type { CallLine } from '@action-do/test-support';
import { isOutcome } from './fold-log.js';
import type { Generation, History, Step } from './history.js';

/** What became of an attempt that an executor held when it died. */
export interface TakenOver {
  readonly executionId: string;
  readonly work: string;
  readonly action: string;
  /** Begun again by another executor, parked, or ended by a worker that outlived the executor, or by a probe. */
  readonly how: 'begun' | 'parked' | 'ended';
  /** From the death on. Milliseconds */
  readonly afterMs: number;
}

/** How soon what a dead executor held has to go on, be it that it performed it itself or that workers did for it. */
export const goesOnWithinMs = (leaseMs: number): number => leaseMs + 1_000;

/**
 * Of executors that were killed one by one, while another one lived. Left out is what was still to be taken over, and in
 * time, when the next fault came: whoever was at it may have been struck.
 */
export function takenOver({ generations, handlerCalls, faults }: History, leaseMs: number): TakenOver[] {
  const names = executorsByPid(generations, handlerCalls);
  const deaths = faults
    .filter(({ kind }) => kind === 'kill')
    .flatMap(({ victims, fromMs }) => victims.map(({ pid }) => [names.get(pid) ?? '', fromMs] as const));
  const deathOf = new Map(deaths.filter(([executor]) => executor !== ''));
  return [...generations.values()].flatMap(({ executionId, work, action, steps }) =>
    steps.flatMap((step, index) => {
      const diedAtMs = deathOf.get(step.executor ?? '');
      const [next, ...later] = steps.slice(index + 1);
      if (diedAtMs === undefined || next === undefined || !isHeldAt(step, next, diedAtMs)) return [];
      const inTimeMs = diedAtMs + goesOnWithinMs(leaseMs);
      if (faults.some(({ fromMs }) => fromMs > diedAtMs && fromMs < inTimeMs)) return [];
      const begun = [next, ...later].find(({ type }) => type === 'ActionStarted');
      const to = next.type === 'ActionOutcomeUnknown' || isOutcome(next) ? next : (begun ?? next);
      return [{ executionId, work, action, how: HOW[to.type] ?? 'ended', afterMs: to.atMs - diedAtMs }];
    }),
  );
}

const HOW: Readonly<Record<string, TakenOver['how']>> = {
  ActionStarted: 'begun',
  ActionOutcomeUnknown: 'parked',
};

/** Begun before the death, and not over by then. */
const isHeldAt = ({ type, atMs }: Step, next: Step, diedAtMs: number): boolean =>
  type === 'ActionStarted' && atMs <= diedAtMs && next.atMs > diedAtMs;

/** Executors name themselves anew at each start: who is who is told by what they performed themselves. */
export function executorsByPid(
  generations: ReadonlyMap<string, Generation>,
  handlerCalls: readonly CallLine[],
): Map<number, string> {
  const names = new Map<number, string>();
  for (const { executionId, attempt, pid, action } of handlerCalls) {
    if (names.has(pid) || !action.startsWith('local-')) continue;
    const started = generations
      .get(executionId)
      ?.steps.find((step) => step.type === 'ActionStarted' && step.attempt === attempt);
    if (started?.executor !== undefined) names.set(pid, started.executor);
  }
  return names;
}

/** @param share 0.5 for the median. NaN of nothing */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
