import { ActionContract } from './action-contract.js';

/** A contract takes no more; an author may write what he likes. */
const DESCRIPTION_LENGTH_MAX = 2_000;

/** What an author defined, as far as others need to know of it. */
export interface Defined
  extends Readonly<Record<Exclude<keyof ActionContract, 'hasProbe' | 'hasUndo'>, unknown>> {
  readonly description: string;
  readonly probe?: unknown;
  readonly undo?: unknown;
}

/** What a definition says to everybody but whoever performs it. @throws ZodError it is none of an action */
export const contractOf = (definition: Defined): ActionContract =>
  ActionContract.parse({
    name: definition.name,
    version: definition.version,
    description: definition.description.slice(0, DESCRIPTION_LENGTH_MAX),
    policy: definition.policy,
    paramsJsonSchema: definition.paramsJsonSchema,
    resultJsonSchema: definition.resultJsonSchema,
    hasProbe: definition.probe !== undefined,
    ...(definition.undo === undefined ? {} : { hasUndo: true }),
  });
