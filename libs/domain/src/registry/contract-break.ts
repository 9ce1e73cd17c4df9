import { type ActionContract, formatPath, type JsonObject } from '@action-do/contracts';
import { differingPaths } from '../idempotency/execution-scope.js';
import { Budget, Untold } from './schema/budget.js';
import { circleIn } from './schema/circle.js';
import { Comparison } from './schema/comparison.js';
import type { Defaults } from './schema/defaults.js';
import { canonical, type Matches, SchemaDocument } from './schema/schema-document.js';

/** Steps for each of the two schemas: a fraction of a second, and more than a contract that people can read needs. */
const STEPS_MAX = 100_000;
/**
 * The path of the first thing in which a changed contract of the same version would break a caller, an open execution or
 * a stored result; undefined where it breaks nothing. What was a valid call has to stay one and mean the same. What may
 * be returned has to be what might be before, in other words at most: of the new callers some get results that are stored,
 * and of open executions some are answered by a worker that still has the old contract. What the check does not
 * understand breaks unless it is equal, and so does a schema that it cannot get through in `STEPS_MAX`.
 *
 * @param matches tries the patterns of what was given, which may take for ever; without it none is
 */
export function contractBreak(
  standing: ActionContract,
  given: ActionContract,
  matches?: Matches,
): string | undefined {
  return (
    policyBreak(standing, given) ??
    schemaBreak('paramsJsonSchema', standing.paramsJsonSchema, given.paramsJsonSchema, matches) ??
    schemaBreak('resultJsonSchema', standing.resultJsonSchema, given.resultJsonSchema, matches)
  );
}

/**
 * Effects say what may be repeated, the idempotency mode whose work a call is: open executions and callers count on both.
 * Without the probe an unknown outcome stays unknown, and without undo one that was asked for never ends. Retries,
 * timeouts and the window are stored with each execution, and a description is for people.
 */
function policyBreak(standing: ActionContract, given: ActionContract): string | undefined {
  const [before, after] = [standing.policy, given.policy];
  if (before.effects !== after.effects) return 'policy.effects';
  for (const name of ['mode', 'perVersion'] as const)
    if (before.idempotency[name] !== after.idempotency[name]) return `policy.idempotency.${name}`;
  if (standing.hasProbe && !given.hasProbe) return 'hasProbe';
  return standing.hasUndo === true && given.hasUndo !== true ? 'hasUndo' : undefined;
}

function schemaBreak(
  root: 'paramsJsonSchema' | 'resultJsonSchema',
  standing: JsonObject,
  given: JsonObject,
  matches: Matches | undefined,
): string | undefined {
  try {
    if (canonical(standing) === canonical(given)) return undefined;
    const budget = new Budget(STEPS_MAX);
    const before = new SchemaDocument('standing', standing, budget, matches);
    const after = new SchemaDocument('given', given, budget, matches);
    if (!before.selfContained || !after.selfContained) return differingPaths(standing, given, 1, root)[0];
    const comparison = new Comparison(budget);
    const defaults: Defaults = before.hasDefaults || after.hasDefaults ? 'filled' : 'ignored';
    const path =
      circleIn(after) ??
      (root === 'paramsJsonSchema'
        ? comparison.firstBreak([before, [standing]], [after, given], defaults)
        : (comparison.firstBreak([after, [given]], [before, standing], 'ignored') ??
          comparison.firstBreak([before, [standing]], [after, given], 'ignored')));
    return path && formatPath([root, ...path]);
  } catch (error) {
    if (error instanceof Untold) return root;
    throw error;
  }
}
