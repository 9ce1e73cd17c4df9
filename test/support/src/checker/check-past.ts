import type { CallRecord, Evidence, Violation } from './evidence.js';
import type { Told } from './read-log.js';

/**
 * Rows 13 and 25: what was undone, or whose window is over, is not told as if it stood. A call that was first sent when that
 * was so already is answered from a later doing; the call that began it may be told of it for ever.
 */
export function checkPast(
  { calls }: Pick<Evidence, 'calls'>,
  executions: ReadonlyMap<string, Told>,
): Violation[] {
  const firstSent = new Map<string, CallRecord>();
  const violations: Violation[] = [];
  for (const call of calls) {
    const { logEnd = -1, sentAtMs = 0 } = firstSent.get(call.requestId) ?? call;
    if (!firstSent.has(call.requestId)) firstSent.set(call.requestId, call);
    const told = 'id' in call.said ? executions.get(call.said.id) : undefined;
    if (call.verb !== 'execute' || told === undefined) continue;
    const blame = (invariant: string, why: string): void =>
      void violations.push({
        invariant,
        of: told.id,
        what: `a new call was told ${call.said.kind} of it after ${why}`,
      });
    if (told.undoneAt !== null && logEnd >= told.undoneAt) blame('undo', 'it was undone');
    const windowEnd = told.generation.outcome?.windowEndsAtMs ?? null;
    if (windowEnd !== null && sentAtMs >= windowEnd) blame('window', 'its window was over');
  }
  return violations;
}
