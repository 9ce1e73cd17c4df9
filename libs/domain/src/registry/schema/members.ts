import type { JsonValue } from '@action-do/contracts';
import type { Defaults } from './defaults.js';
import type { Facts } from './facts.js';
import { arrayAt, isObject, objectAt, own } from './keywords.js';

/** All that is said of the member of this name; `false` among it where there may be none. */
export function ofMember({ constraints }: Facts, name: string): JsonValue[] {
  const found: JsonValue[] = [];
  for (const { schema, document } of constraints) {
    document.budget.take();
    const described = own(objectAt(schema, 'properties') ?? {}, name);
    const rest = own(schema, 'additionalProperties');
    if (described !== undefined) found.push(described);
    // A pattern may well let the name through; which one does is not tried here: a pattern can take for ever.
    else if (rest !== undefined && !Object.hasOwn(schema, 'patternProperties')) found.push(rest);
  }
  return found;
}

/** All that is said of the item at this place. */
export const ofItem = ({ constraints }: Facts, at: number): JsonValue[] =>
  constraints.flatMap(({ schema }) => arrayAt(schema, 'prefixItems')?.[at] ?? own(schema, 'items') ?? []);

/** Names that are described. */
export const namesOf = ({ constraints }: Facts): Set<string> =>
  new Set(constraints.flatMap(({ schema }) => Object.keys(objectAt(schema, 'properties') ?? {})));

/** The default of a member, the first that is said. */
export function defaultOf({ constraints }: Facts, name: string): JsonValue | undefined {
  for (const { schema } of constraints) {
    const described = own(objectAt(schema, 'properties') ?? {}, name);
    if (isObject(described) && Object.hasOwn(described, 'default')) return described['default'];
  }
  return undefined;
}

/** Whether the member is there in every value before defaults are filled in. */
export function isPresent(facts: Facts, name: string, defaults: Defaults): boolean {
  const required = facts.constraints.some(({ schema, document }) =>
    document.textsOf(arrayAt(schema, 'required') ?? []).has(JSON.stringify(name)),
  );
  return required && !(defaults === 'filled' && defaultOf(facts, name) !== undefined);
}
