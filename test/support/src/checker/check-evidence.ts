import { checkAnswers, checkSameBytes } from './check-answers.js';
import { checkCalls } from './check-calls.js';
import { checkEnd, checkViews } from './check-end.js';
import { checkFailures } from './check-failures.js';
import { checkOutcomes } from './check-outcomes.js';
import { checkParked } from './check-parked.js';
import { checkPast } from './check-past.js';
import { checkUndos } from './check-undos.js';
import type { Evidence, Violation } from './evidence.js';
import { checkKeys } from './linearize.js';
import { readLog } from './read-log.js';

export interface Checked {
  /** What was broken; nothing is well. */
  readonly violations: readonly Violation[];
  /** Keys that were asked for too often to find out whether their answers fit together. */
  readonly undecided: readonly string[];
}

/** Holds a run against what is promised (execution.md, I1 to I6, I8, I12, I13). */
export function checkEvidence(evidence: Evidence): Checked {
  const { executions, violations } = readLog(evidence.log);
  const keys = checkKeys(evidence.calls, evidence.orders);
  return {
    undecided: keys.undecided,
    violations: [
      ...violations,
      ...checkCalls(evidence, executions),
      ...checkOutcomes(evidence, executions),
      ...checkFailures(evidence, executions),
      ...checkUndos(evidence, executions),
      ...checkPast(evidence, executions),
      ...checkAnswers(evidence, executions),
      ...checkSameBytes(evidence),
      ...keys.violations,
      ...checkEnd(evidence, executions),
      ...checkParked(evidence, executions),
      ...checkViews(evidence, executions),
    ],
  };
}
