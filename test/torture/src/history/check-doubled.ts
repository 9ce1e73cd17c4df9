import type { CallLine, Effect, Probed } from '@action-do/test-support';
import { isOutcome } from './fold-log.js';
import { groupBy } from './group-by.js';
import type { Generation, History, Violation } from './history.js';

/**
 * Nothing is done twice: a generation has one outcome, an attempt is one call, all calls of a generation carry its effect
 * key; unsafe work is called once a generation; a piece of work has one effect, where its handler uses its key or can be
 * asked.
 */
export function checkDoubled(history: History): Violation[] {
  return [...checkOutcomes(history), ...checkCalls(history), ...checkEffects(history).doubled];
}

const doubled = (work: string, what: string): Violation => ({ kind: 'doubled', work, what });

function checkOutcomes({ generations }: History): Violation[] {
  return [...generations.values()].flatMap(({ executionId, work, steps }) => {
    const outcomes = steps.filter(isOutcome);
    return outcomes.length > 1
      ? [doubled(work, `${executionId} has ${outcomes.length} outcomes: ${outcomes.map(({ type }) => type)}`)]
      : [];
  });
}

function checkCalls({ handlerCalls, generations }: History): Violation[] {
  const byExecution = groupBy(handlerCalls, ({ executionId }) => executionId);
  return [...byExecution].flatMap(([executionId, calls]) => {
    const generation = generations.get(executionId);
    const work = calls[0]?.work ?? '';
    if (generation === undefined)
      return [doubled(work, `${executionId} was performed, and is not in the log`)];
    return brokenCalls(generation, calls).map((what) => doubled(work, `${executionId}: ${what}`));
  });
}

function brokenCalls({ effects, effectKey }: Generation, calls: readonly CallLine[]): string[] {
  const broken: string[] = [];
  if (effects === 'unsafe' && calls.length > 1) broken.push(`unsafe work was called ${calls.length} times`);
  const attempts = new Set(calls.map(({ attempt }) => attempt));
  if (attempts.size < calls.length)
    broken.push(`${calls.length} calls in ${attempts.size} attempts: one was called twice`);
  const other = calls.find((call) => call.effectKey !== effectKey);
  if (other !== undefined) broken.push(`called with effect key ${other.effectKey}, recorded ${effectKey}`);
  return broken;
}

/**
 * `landedLate`: verifiable work of which a probe had truly said, before each of its effects, that there was none. An
 * attempt that was paused came to its effect behind it: no platform can know, and the class says so.
 */
export function checkEffects({ effects, handlerCalls, probes }: History): {
  readonly doubled: readonly Violation[];
  readonly landedLate: number;
} {
  const callOf = new Map(handlerCalls.map((call) => [call.effectKey, call]));
  const byWork = groupBy(effects, ({ effectKey }) => callOf.get(effectKey)?.work ?? effectKey);
  const isLate = afterProbe(probes);
  const broken: Violation[] = [];
  let landedLate = 0;
  for (const [work, done] of byWork) {
    if (done.length < 2) continue;
    const { action = '' } = callOf.get(done[0]?.effectKey ?? '') ?? {};
    if (action.endsWith('verifiable') && done.every(isLate)) landedLate += 1;
    else broken.push(doubled(work, `${action} has ${done.length} effects: ${done.map(told).join('; ')}`));
  }
  return { doubled: broken, landedLate };
}

/** Whether a probe had said, before an effect was had, that it was not. */
export function afterProbe(probes: readonly Probed[]): (effect: Effect) => boolean {
  const first = new Map<string, number>();
  for (const { effectKey, wasFound, atMs } of probes)
    if (!wasFound && !first.has(effectKey)) first.set(effectKey, atMs);
  return ({ effectKey, atMs }) => atMs >= (first.get(effectKey) ?? Number.POSITIVE_INFINITY);
}

const told = ({ effectKey, attempt, pid }: Effect): string =>
  `key ${effectKey}, attempt ${attempt}, process ${pid}`;
