import type { ActionContract, Issue } from '@action-do/contracts';
import { contractFaults } from '@action-do/domain';
import { tryParamsSchema, tryResultSchema } from './schema-checks.js';

const MESSAGE_LENGTH_MAX = 300;

/** What is wrong with a contract that has the right shape, by paths in it; empty where it can be called. */
export function checkContract(contract: ActionContract): Issue[] {
  const { policy, hasProbe, paramsJsonSchema, resultJsonSchema } = contract;
  const issues: Issue[] = [];
  const add = (path: string, message: string): void => {
    issues.push({ path, code: 'invalid', message });
  };
  if (paramsJsonSchema['type'] !== 'object') add('paramsJsonSchema.type', 'must be "object": params are one');
  const params = troubleOf(() => tryParamsSchema(paramsJsonSchema));
  if (params !== null) add('paramsJsonSchema', params);
  const result = troubleOf(() => tryResultSchema(resultJsonSchema));
  if (result !== null) add('resultJsonSchema', result);
  for (const { path, message } of contractFaults(contract)) add(path, message);
  if (policy.effects === 'verifiable' && !hasProbe)
    add('hasProbe', 'must be true where effects are verifiable: the probe is what verifies');
  if (policy.effects !== 'verifiable' && hasProbe)
    add('hasProbe', 'must be false unless effects are verifiable');
  return issues;
}

function troubleOf(compile: () => unknown): string | null {
  try {
    compile();
    return null;
  } catch (error) {
    const said = error instanceof Error ? error.message : 'is no schema';
    return `is no JSON Schema 2020-12 that can be used: ${said}`.slice(0, MESSAGE_LENGTH_MAX);
  }
}
