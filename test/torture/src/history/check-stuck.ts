import { standing } from './fold-log.js';
import type { Generation, History, Violation } from './history.js';

/** When the faults are over and time enough has passed, nothing is open, but for unsafe work that waits for somebody. */
export function checkStuck({ generations }: Pick<History, 'generations'>): Violation[] {
  return [...generations.values()]
    .filter((generation) => standing(generation) === 'open')
    .map((generation) => ({ kind: 'stuck', work: generation.work, what: tell(generation) }));
}

function tell({ executionId, action, steps }: Generation): string {
  const last = steps.at(-1);
  const at = last === undefined ? '' : ` since ${new Date(last.atMs).toISOString()}`;
  return `${action} ${executionId} stands at ${last?.type ?? 'nothing'} of attempt ${last?.attempt}${at}`;
}
