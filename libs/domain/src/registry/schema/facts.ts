import type { JsonObject, JsonValue } from '@action-do/contracts';
import { ANNOTATIONS, arrayAt, IN_PLACE, isObject, own } from './keywords.js';
import type { Constraint, SchemaDocument } from './schema-document.js';

/** One of these, or exactly one of them. */
export interface Union {
  readonly keyword: 'anyOf' | 'oneOf';
  readonly owner: Constraint;
  readonly branches: readonly JsonValue[];
}

/** What is said of a value: all constraints hold, and of each union a branch. `$ref` and `allOf` are taken apart. */
export interface Facts {
  readonly document: SchemaDocument;
  readonly constraints: readonly Constraint[];
  readonly unions: readonly Union[];
  /** There is no such value. */
  readonly never: boolean;
  /** Something more is said, which cannot be followed: a reference to elsewhere, or in a circle. */
  readonly opaque: boolean;
}

/** What all of these schemas say of one value. None: nothing is said. */
export function factsOf(document: SchemaDocument, schemas: readonly JsonValue[]): Facts {
  const constraints: Constraint[] = [];
  const unions: Union[] = [];
  const visited = new Set<JsonObject>();
  let never = false;
  let opaque = false;
  const open = new Set<JsonObject>();
  const visit = (schema: JsonValue): void => document.budget.within(() => look(schema));
  const look = (schema: JsonValue): void => {
    if (schema === false) never = true;
    if (!isObject(schema)) return;
    if (open.has(schema)) opaque = true;
    if (visited.has(schema)) return;
    visited.add(schema);
    open.add(schema);
    const constraint = document.constraint(schema);
    if (Object.keys(schema).some((keyword) => !ANNOTATIONS.has(keyword) && !IN_PLACE.has(keyword)))
      constraints.push(constraint);
    const refused = own(schema, 'not');
    if (refused === true || (isObject(refused) && Object.keys(refused).length === 0)) never = true;
    for (const keyword of ['anyOf', 'oneOf'] as const) {
      const branches = arrayAt(schema, keyword);
      if (branches !== undefined) unions.push({ keyword, owner: constraint, branches });
    }
    for (const part of arrayAt(schema, 'allOf') ?? []) visit(part);
    if (Object.hasOwn(schema, '$ref')) {
      const target = document.resolve(own(schema, '$ref'));
      if (target === undefined) opaque = true;
      else visit(target);
    }
    open.delete(schema);
  };
  for (const schema of schemas) visit(schema);
  return { document, constraints, unions, never, opaque };
}

/** The same, and besides what a branch of one of its unions says, which is then no union any more. */
export function withBranch(facts: Facts, union: Union, branch: JsonValue): Facts {
  const more = factsOf(facts.document, [branch]);
  const join = <T>(a: readonly T[], b: readonly T[]): T[] => [...a, ...b.filter((one) => !a.includes(one))];
  return {
    document: facts.document,
    constraints: join(facts.constraints, more.constraints),
    unions: join(
      facts.unions.filter((other) => other !== union),
      more.unions,
    ),
    never: facts.never || more.never,
    opaque: facts.opaque || more.opaque,
  };
}

/** The same facts, the same text. */
export const factsKey = ({ document, constraints, unions, never, opaque }: Facts): string => {
  document.budget.take(constraints.length + unions.length);
  const ids = constraints.map(({ id }) => id).sort((a, b) => a - b);
  return `${ids.join()};${unions.map(({ keyword, owner }) => `${keyword}${owner.id}`).join()};${never};${opaque}`;
};
