import { ActionContract } from '@action-do/contracts';
import type { ActionDefinition } from '../action-definition.js';

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
