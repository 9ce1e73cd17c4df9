import type { ActionContract } from '@action-do/contracts';
import { differingPaths } from '../idempotency/execution-scope.js';

/**
 * Where a contract breaks what stands of its version, for callers or for executions under way; undefined where nothing
 * does: a description, a retry or a timeout may change.
 */
export function contractBreak(standing: ActionContract, given: ActionContract): string | undefined {
  if (standing.policy.effects !== given.policy.effects) return 'policy.effects';
  const [params] = differingPaths(standing.paramsJsonSchema, given.paramsJsonSchema, 1, 'paramsJsonSchema');
  if (params !== undefined) return params;
  return differingPaths(standing.resultJsonSchema, given.resultJsonSchema, 1, 'resultJsonSchema')[0];
}
