import type { JsonObject, JsonValue } from '@action-do/contracts';
import { accepts } from './accepts.js';
import { filled } from './defaults.js';
import type { Facts } from './facts.js';
import { arrayAt, isObject, objectAt, own, type Path } from './keywords.js';
import { defaultOf, isPresent, namesOf, ofMember } from './members.js';
import type { Parts, Rule } from './rule.js';
import type { Constraint } from './schema-document.js';
import { listedValues, typesOfAll } from './value-types.js';

const propertiesOf = ({ schema }: Constraint): JsonObject => objectAt(schema, 'properties') ?? {};

/** Each member that either of them describes. */
function described(from: Facts, to: Constraint, parts: Parts): Path | undefined {
  const properties = propertiesOf(to);
  const rest = own(to.schema, 'additionalProperties') ?? true;
  for (const name of new Set([...Object.keys(properties), ...namesOf(from)])) {
    const [given, wanted] = [ofMember(from, name), own(properties, name) ?? rest];
    const path = parts.firstBreak([from.document, given], [to.document, wanted]);
    if (path === undefined) continue;
    // Of a member that is no longer described it is itself what breaks, and not the word on all the rest.
    return ['properties', name, ...(Object.hasOwn(properties, name) ? path : [])];
  }
  return undefined;
}

/** Members whose names match a pattern, but for those that are described: patterns are compared as texts. */
function patterned(from: Facts, to: Constraint, parts: Parts): Path | undefined {
  const patterns = objectAt(to.schema, 'patternProperties') ?? {};
  for (const [pattern, wanted] of Object.entries(patterns)) {
    const breaks = (schemas: readonly JsonValue[]) =>
      parts.firstBreak([from.document, schemas], [to.document, wanted]);
    const same = from.constraints
      .map(({ schema }) => own(objectAt(schema, 'patternProperties') ?? {}, pattern))
      .find((given) => given !== undefined && breaks([given]) === undefined);
    if (same !== undefined) continue;
    // Else any member may match.
    const path = ofAny(from, breaks);
    if (path !== undefined) return ['patternProperties', pattern, ...path];
  }
  return undefined;
}

/** Members that nothing of `to` names or matches. */
function rest(from: Facts, to: Constraint, parts: Parts): Path | undefined {
  const wanted = own(to.schema, 'additionalProperties') ?? true;
  // All pass; but what was filled into them has to be filled in still.
  if (wanted === true && parts.defaults !== 'filled') return undefined;
  const breaks = (schemas: readonly JsonValue[]) =>
    parts.firstBreak([from.document, schemas], [to.document, wanted]);
  const patterns = objectAt(to.schema, 'patternProperties') ?? {};
  for (const { schema } of from.constraints)
    for (const [pattern, given] of Object.entries(objectAt(schema, 'patternProperties') ?? {})) {
      const path = Object.hasOwn(patterns, pattern) ? undefined : breaks([given]);
      if (path !== undefined) return ['patternProperties', pattern];
    }
  const path = breaks(undescribed(from));
  return path && ['additionalProperties', ...path];
}

/** What is said of a member that is neither described nor matches a pattern. */
const undescribed = ({ constraints }: Facts): JsonValue[] =>
  constraints.flatMap(({ schema }) => own(schema, 'additionalProperties') ?? []);

function ofAny(from: Facts, breaks: (schemas: readonly JsonValue[]) => Path | undefined): Path | undefined {
  const open = from.constraints.some(({ schema }) => Object.hasOwn(schema, 'patternProperties'));
  const paths = [open ? [] : undescribed(from), ...[...namesOf(from)].map((name) => ofMember(from, name))];
  return paths.map(breaks).find((path) => path !== undefined);
}

const members: Rule = {
  keywords: ['properties', 'patternProperties', 'additionalProperties'],
  firstBreak(from, to, parts) {
    if (!typesOfAll(from).has('object') || listedValues(from) !== undefined) return onlyListed(from, to);
    return described(from, to, parts) ?? patterned(from, to, parts) ?? rest(from, to, parts);
  },
};

/** What can be said of listed values is told by trying each. */
const onlyListed = (from: Facts, to: Constraint): Path | undefined =>
  typesOfAll(from).has('object') && members.keywords.some((keyword) => Object.hasOwn(to.schema, keyword))
    ? ['properties']
    : undefined;

const required: Rule = {
  keywords: ['required'],
  firstBreak(from, to, { defaults }) {
    if (!typesOfAll(from).has('object')) return undefined;
    const names = (arrayAt(to.schema, 'required') ?? []).map(String);
    const missing = names.findIndex((name) => {
      if (isPresent(from, name, defaults)) return false;
      const property = own(propertiesOf(to), name);
      return !(defaults === 'filled' && isObject(property) && Object.hasOwn(property, 'default'));
    });
    const name = names[missing];
    if (name === undefined) return undefined;
    return Object.hasOwn(propertiesOf(to), name) ? ['properties', name] : ['required', missing];
  },
};

/** These count or look at members: one that is filled in may not be to their taste. */
const COUNTING = ['maxProperties', 'propertyNames', 'patternProperties', 'dependentRequired'];

/** A default that is new: valid itself, and where nobody counts members. */
const newDefaults: Rule = {
  keywords: [],
  firstBreak(from, to, { defaults }) {
    if (defaults === 'ignored' || !typesOfAll(from).has('object')) return undefined;
    for (const [name, property] of Object.entries(propertiesOf(to))) {
      const value = isObject(property) ? own(property, 'default') : undefined;
      const given = defaultOf(from, name);
      if (value === undefined || isPresent(from, name, defaults)) continue;
      if (given !== undefined && from.document.textOf(given) === to.document.textOf(value)) continue;
      const counted = defaults === 'filled' && COUNTING.some((keyword) => Object.hasOwn(to.schema, keyword));
      if (counted || !isValid(to, property, value)) return ['properties', name, 'default'];
    }
    return undefined;
  },
};

function isValid({ document }: Constraint, property: JsonValue, value: JsonValue): boolean {
  const whole = filled(document, [property], value);
  return whole !== undefined && accepts(document, property, whole, 'executor') === 'yes';
}

export const MEMBER_RULES: readonly Rule[] = [members, required, newDefaults];
