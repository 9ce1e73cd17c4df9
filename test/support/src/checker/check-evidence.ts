import { checkAnswers, checkSameBytes } from './check-answers.js';
import { checkCalls } from './check-calls.js';
import { checkEnd, checkViews } from './check-end.js';
import type { Evidence, Violation } from './evidence.js';
import { checkKeys } from './linearize.js';
import { readLog } from './read-log.js';

/** Holds a run against what is promised (execution.md, I1 to I6, I8, I13). @returns what was broken; nothing is well */
export function checkEvidence(evidence: Evidence): Violation[] {
  const { executions, violations } = readLog(evidence.log);
  return [
    ...violations,
    ...checkCalls(evidence, executions),
    ...checkAnswers(evidence, executions),
    ...checkSameBytes(evidence),
    ...checkKeys(evidence.calls).violations,
    ...checkEnd(evidence, executions),
    ...checkViews(evidence, executions),
  ];
}
