import type { z } from 'zod';
import { pathText } from './path-text.js';
import type { Refuse } from './resolve-policy.js';

/** What to write instead of a type that JSON Schema, and so the executor and every other client, cannot express. */
const INSTEAD: Readonly<Record<string, string>> = {
  date: 'z.iso.datetime() and turn it into a Date in run',
  bigint: 'a string of digits, such as z.string().regex(/^\\d+$/)',
  map: 'z.record()',
  set: 'z.array()',
  symbol: 'z.string()',
  undefined: '.optional() on the field',
  void: 'z.null(), or an object',
  nan: 'z.number().nullable()',
  transform: 'the type as it is sent, and convert in run',
  custom: 'a schema of its parts',
  file: 'a reference to the content',
  promise: 'the type that it resolves to',
  function: 'data',
  'pattern with flags': 'a pattern that says it without flags, such as [Aa]',
  intersection: 'one object, by A.extend(B.shape)',
};
const FLAGGED = 'pattern with flags';
const EXPRESSIBLE: ReadonlySet<string> = new Set([
  ...['string', 'number', 'boolean', 'null', 'enum', 'literal', 'template_literal'],
  ...['any', 'unknown', 'never'],
  ...['object', 'array', 'tuple', 'record', 'union', 'lazy', 'pipe'],
  ...['optional', 'nonoptional', 'nullable', 'default', 'prefault', 'catch', 'readonly'],
]);

type Schema = z.core.$ZodType;
/** A schema inside another: where, seen from there ('*' for every item or member), and which. */
type Part = readonly [step: readonly (string | number)[], schema: Schema];

/**
 * Walks a schema and refuses the first type that has no JSON Schema. Ours instead of zod's own exception because that
 * one does not say where, and because a type with a transform in it would pass as what it was before.
 * @param root 'params' or 'result', the beginning of the path in the complaint
 */
export function refuseInexpressible(root: string, schema: Schema, refuse: Refuse): void {
  const seen = new Set<Schema>();
  const visit = ([path, inner]: Part): void => {
    if (seen.has(inner)) return; // a recursive schema
    seen.add(inner);
    const bad = inexpressible(inner);
    if (bad)
      refuse(
        `${pathText(path)} is of type ${bad}, which JSON Schema cannot express: write ${INSTEAD[bad] ?? 'a type that it can'}`,
      );
    for (const [step, part] of partsOf(inner)) visit([[...path, ...step], part]);
  };
  visit([[root], schema]);
}

/** JSON Schema drops the flags, so that the executor would refuse what the author's own schema takes. */
const hasFlags = ({ _zod: { def } }: z.core.$ZodCheck): boolean =>
  'pattern' in def &&
  def.pattern instanceof RegExp &&
  'format' in def &&
  def.format === 'regex' &&
  /[ims]/.test(def.pattern.flags);

const defOf = (schema: Schema) => (schema as z.core.$ZodTypes)._zod.def;

/** The name of the type that stands in the way, if one does. */
function inexpressible(schema: Schema): string | undefined {
  const def = defOf(schema);
  if (def.type === 'literal') {
    return def.values.map((value) => typeof value).find((type) => type === 'undefined' || type === 'bigint');
  }
  // A codec's ends are both plain types; what it does between them is not.
  if (def.type === 'pipe' && 'transform' in def) return 'transform';
  if (def.type === 'string' && def.checks?.some(hasFlags)) return FLAGGED;
  return EXPRESSIBLE.has(def.type) ? undefined : def.type;
}

function partsOf(schema: Schema): readonly Part[] {
  const def = defOf(schema);
  switch (def.type) {
    case 'object': {
      const members = Object.entries(def.shape).map(([key, member]): Part => [[key], member]);
      return def.catchall ? [...members, [['*'], def.catchall]] : members;
    }
    case 'array':
      return [[['*'], def.element]];
    case 'tuple': {
      const items = def.items.map((item, index): Part => [[index], item]);
      return def.rest ? [...items, [['*'], def.rest]] : items;
    }
    case 'record':
      return [[['*'], def.valueType]];
    case 'union':
      return def.options.map((option) => [[], option]);
    case 'pipe':
      return [
        [[], def.in],
        [[], def.out],
      ];
    case 'lazy':
      return [[[], def.getter()]];
    case 'optional':
    case 'nonoptional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'catch':
    case 'readonly':
      return [[[], def.innerType]];
    default:
      return [];
  }
}
