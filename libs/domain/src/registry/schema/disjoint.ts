import type { JsonValue } from '@action-do/contracts';
import { accepts, acceptsConstraint } from './accepts.js';
import { type Facts, factsOf } from './facts.js';
import { isPresent, namesOf, ofMember } from './members.js';
import type { SchemaDocument } from './schema-document.js';
import { listedValues, typesOfAll } from './value-types.js';

const DEPTH_MAX = 8;

/** Whether it is certain that no value is valid under both: by type, by listed values, or by a member that tells them apart. */
export function disjoint(from: Facts, document: SchemaDocument, schema: JsonValue, depth = 0): boolean {
  const to = factsOf(document, [schema]);
  document.budget.take(1 + from.constraints.length + to.constraints.length);
  if (from.never || to.never) return true;
  const wanted = typesOfAll(to);
  const types = [...typesOfAll(from)].filter((type) => wanted.has(type));
  if (types.length === 0) return true;
  if (listedValues(from)?.every((value) => accepts(document, schema, value) === 'no')) return true;
  const refused = (value: JsonValue) =>
    from.constraints.some((one) => acceptsConstraint(one, value) === 'no');
  if (listedValues(to)?.every(refused)) return true;
  if (
    to.unions.some(({ branches }) =>
      branches.every((one) => depth < DEPTH_MAX && disjoint(from, document, one, depth + 1)),
    )
  )
    return true;
  return depth < DEPTH_MAX && types.every((type) => type === 'object') && apartByMember(from, to, depth + 1);
}

function apartByMember(from: Facts, to: Facts, depth: number): boolean {
  for (const name of namesOf(to)) {
    if (!isPresent(from, name, 'filled') || !isPresent(to, name, 'filled')) continue;
    const mine = factsOf(from.document, ofMember(from, name));
    if (ofMember(to, name).some((schema) => disjoint(mine, to.document, schema, depth))) return true;
  }
  return false;
}
