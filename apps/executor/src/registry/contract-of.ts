import { createHash } from 'node:crypto';
import { ActionContract } from '@action-do/contracts';
import { contractText } from '@action-do/domain';
import type { ActionDefinition } from '@do-sdk/actions';

/** A contract takes no more; an author may write what he likes. */
const DESCRIPTION_LENGTH_MAX = 2_000;

/** What a definition says to everybody but whoever performs it. */
export const contractOf = (definition: ActionDefinition): ActionContract =>
  ActionContract.parse({
    name: definition.name,
    version: definition.version,
    description: definition.description.slice(0, DESCRIPTION_LENGTH_MAX),
    policy: definition.policy,
    paramsJsonSchema: definition.paramsJsonSchema,
    resultJsonSchema: definition.resultJsonSchema,
    hasProbe: definition.probe !== undefined,
  });

export const digestOf = (contract: ActionContract): string =>
  createHash('sha256').update(contractText(contract)).digest('hex');
