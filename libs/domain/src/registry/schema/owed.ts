import type { JsonValue } from '@action-do/contracts';
import type { Defaults } from './defaults.js';
import type { Facts } from './facts.js';
import { own, type Path } from './keywords.js';
import { defaultOf, isPresent, namesOf } from './members.js';
import type { Constraint } from './schema-document.js';
import { unknownOf } from './value-rules.js';

/**
 * What is said now and has to be said still, though it refuses no value: defaults, since calls count on them, and keywords
 * that nobody here knows. As text, and where it stands.
 */
export type Owed = ReadonlyMap<string, Path>;

export function owedBy(facts: Facts, defaults: Defaults): Owed {
  const owed = new Map<string, Path>();
  for (const constraint of facts.constraints)
    for (const keyword of unknownOf(constraint)) owed.set(saidOf(constraint, keyword), [keyword]);
  if (defaults === 'ignored' || !facts.document.hasDefaults) return owed;
  for (const name of namesOf(facts)) {
    facts.document.budget.take();
    const value = defaultOf(facts, name);
    if (value !== undefined && !isPresent(facts, name, defaults))
      owed.set(defaultText(facts, name, value), ['properties', name, 'default']);
  }
  return owed;
}

/** What of it a schema does not say. */
export function unpaid(owed: Owed, to: Facts): Owed {
  if (owed.size === 0) return owed;
  const left = new Map(owed);
  for (const constraint of to.constraints)
    for (const keyword of unknownOf(constraint)) left.delete(saidOf(constraint, keyword));
  for (const name of namesOf(to)) {
    to.document.budget.take();
    const value = defaultOf(to, name);
    if (value !== undefined) left.delete(defaultText(to, name, value));
  }
  return left;
}

const saidOf = ({ schema, document }: Constraint, keyword: string): string =>
  `${keyword}=${document.textOf(own(schema, keyword) ?? null)}`;
const defaultText = ({ document }: Facts, name: string, value: JsonValue): string =>
  `.${JSON.stringify(name)}=${document.textOf(value)}`;
