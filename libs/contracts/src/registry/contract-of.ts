import { ActionContract } from './action-contract.js';

/** A contract takes no more; an author may write what he likes. */
const DESCRIPTION_LENGTH_MAX = 2_000;

/** As much of the beginning as fits, in whole characters: half of one is no text, and could not be written down. */
function shortened(text: string, lengthMax: number): string {
  const isHalved = (text.codePointAt(lengthMax - 1) ?? 0) > 0xffff;
  return text.slice(0, isHalved ? lengthMax - 1 : lengthMax);
}

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
    description: shortened(definition.description, DESCRIPTION_LENGTH_MAX),
    policy: definition.policy,
    paramsJsonSchema: definition.paramsJsonSchema,
    resultJsonSchema: definition.resultJsonSchema,
    hasProbe: definition.probe !== undefined,
    ...(definition.undo === undefined ? {} : { hasUndo: true }),
  });
