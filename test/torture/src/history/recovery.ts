import type { HandlerCall } from '@action-do/test-support';
import { isOutcome } from './fold-log.js';
import type { Fault, Generation, History, Step } from './history.js';

/** What became of the attempts that an executor held when it died. Milliseconds from its death on. */
export interface Recovery {
  /** Begun again by another executor. */
  readonly resumedMs: readonly number[];
  /** Parked as unknown. */
  readonly parkedMs: readonly number[];
  /** Ended without another attempt: by a worker that outlived the executor, or by a probe. */
  readonly ended: number;
}

/** Of executors that were killed or paused, one by one, while another one lived. */
export function recoveryOf(
  { generations, handlerCalls, faults }: History,
  kinds: readonly Fault['kind'][],
): Recovery {
  const names = executorsByPid(generations, handlerCalls);
  const resumedMs: number[] = [];
  const parkedMs: number[] = [];
  let ended = 0;
  const deaths = faults
    .filter(({ kind }) => kinds.includes(kind))
    .flatMap(({ victims, fromMs }) => victims.map(({ pid }) => ({ executor: names.get(pid), atMs: fromMs })));
  const deathOf = new Map(
    deaths.flatMap(({ executor, atMs }) => (executor ? [[executor, atMs] as const] : [])),
  );
  for (const { steps } of generations.values())
    for (const [index, step] of steps.entries()) {
      const diedAtMs = deathOf.get(step.executor ?? '');
      const next = steps[index + 1];
      if (diedAtMs === undefined || !isHeldAt(step, next, diedAtMs)) continue;
      const begun = steps.slice(index + 1).find(({ type }) => type === 'ActionStarted');
      if (next?.type === 'ActionOutcomeUnknown') parkedMs.push(next.atMs - diedAtMs);
      else if (begun !== undefined) resumedMs.push(begun.atMs - diedAtMs);
      else if (next !== undefined && isOutcome(next)) ended += 1;
    }
  return { resumedMs, parkedMs, ended };
}

/** Begun before the death, and not over by then. */
const isHeldAt = ({ type, atMs }: Step, next: Step | undefined, diedAtMs: number): boolean =>
  type === 'ActionStarted' && atMs <= diedAtMs && (next === undefined || next.atMs > diedAtMs);

/** Executors name themselves anew at each start: who is who is told by what they performed themselves. */
export function executorsByPid(
  generations: ReadonlyMap<string, Generation>,
  handlerCalls: readonly HandlerCall[],
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
