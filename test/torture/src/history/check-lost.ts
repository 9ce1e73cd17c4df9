import type { Answer, Generation, History, Violation } from './history.js';
import { SAME_TIME_MS } from './history.js';

/**
 * What was acknowledged is there: every execution that a caller was told of is in the log, and was before the answer; and
 * what ended well has had its effect.
 */
export function checkLost({ calls, generations, effects }: History): Violation[] {
  const lost = new Map<string, Violation>();
  for (const { work, answers } of calls)
    for (const answer of answers) {
      const what = missing(answer, generations);
      if (what !== null) lost.set(answer.executionId, { kind: 'lost', work: work.id, what });
    }
  const done = new Set(effects.map(({ effectKey }) => effectKey));
  for (const generation of generations.values()) {
    if (generation.effects === 'none' || !succeeded(generation) || done.has(generation.effectKey)) continue;
    const { executionId, work } = generation;
    lost.set(executionId, { kind: 'lost', work, what: `${executionId} succeeded without an effect` });
  }
  return [...lost.values()];
}

const succeeded = ({ steps }: Generation): boolean => steps.some(({ type }) => type === 'ActionSucceeded');

function missing({ executionId, answeredAtMs, status }: Answer, generations: History['generations']) {
  if (executionId === '') return null;
  const requested = generations.get(executionId)?.steps[0];
  if (requested === undefined) return `${executionId} was told with ${status} and is not in the log`;
  const earlyMs = requested.atMs - answeredAtMs;
  return earlyMs > SAME_TIME_MS ? `${executionId} was told ${earlyMs} ms before it was recorded` : null;
}
