import type { z } from 'zod';
import type { Refuse } from '../resolve-policy.js';
import { defOf, partsWithin, placeText, type Schema } from './schema-parts.js';

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
  coercion: 'the type as it is sent, and convert in run',
  catch: '.default() for what is left out; what is wrong has to be refused',
  success: 'z.boolean()',
  custom: 'a schema of its parts',
  file: 'a reference to the content',
  promise: 'the type that it resolves to',
  function: 'data',
  'pattern with flags': 'a pattern that says it without flags, such as [Aa]',
  'pattern that JSON Schema reads otherwise': 'one that is valid with the flag u: escape only what has to be',
  'bound that is no number': 'a finite number, or leave the bound out',
  'asynchronous check': 'a check that needs not wait, and ask in run',
  intersection: 'one object, by A.extend(B.shape)',
};
const EXPRESSIBLE: ReadonlySet<string> = new Set([
  ...['string', 'number', 'boolean', 'null', 'enum', 'literal', 'template_literal'],
  ...['any', 'unknown', 'never'],
  ...['object', 'array', 'tuple', 'record', 'union', 'lazy', 'pipe'],
  ...['optional', 'nonoptional', 'nullable', 'default', 'prefault', 'readonly'],
]);

/**
 * Refuses the first type of a schema that has no JSON Schema. Ours instead of zod's own exception because that one does not
 * say where, and because much passes it as what it is not: a transform as what it was before, a bound of Infinity as null.
 * @param root 'params' or 'result', the beginning of the path in the complaint
 */
export function refuseInexpressible(root: string, schema: Schema, refuse: Refuse): void {
  const parts = partsWithin(schema, ({ steps }, why) => refuse(`${placeText(root, steps)} ${why}`));
  for (const { steps, schema: part } of parts) {
    const bad = inexpressible(part);
    if (bad)
      refuse(
        `${placeText(root, steps)} is of type ${bad}, which JSON Schema cannot express: write ${INSTEAD[bad] ?? 'a type that it can'}`,
      );
  }
}

/** The name of the type that stands in the way, if one does. */
function inexpressible(schema: Schema): string | undefined {
  const def = defOf(schema);
  if (def.type === 'literal') return firstOf(def.values, troubleOfLiteral);
  if (def.type === 'enum') return firstOf(Object.values(def.entries), troubleOfLiteral);
  // A codec's ends are both plain types; what it does between them is not.
  if (def.type === 'pipe' && 'transform' in def) return 'transform';
  if (!EXPRESSIBLE.has(def.type)) return def.type;
  if ('coerce' in def && def.coerce) return 'coercion';
  // A format, such as z.email(), is a type that is its own check.
  return troubleOfCheck(def) ?? firstOf(def.checks ?? [], ({ _zod }) => troubleOfCheck(_zod.def));
}

function firstOf<T>(all: readonly T[], troubleOf: (one: T) => string | undefined): string | undefined {
  for (const one of all) {
    const trouble = troubleOf(one);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}

function troubleOfLiteral(value: unknown): string | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) return 'nan';
  return typeof value === 'undefined' || typeof value === 'bigint' ? typeof value : undefined;
}

/** JSON Schema drops flags, so that the executor would refuse what the author's own schema takes; it reads patterns as with `u`. */
function troubleOfCheck(def: object): string | undefined {
  const { pattern, fn, value, minimum, maximum, length } = def as Partial<Record<string, unknown>>;
  if (pattern instanceof RegExp) {
    if (/[imsy]/.test(pattern.flags)) return 'pattern with flags';
    if (!isPattern(pattern.source)) return 'pattern that JSON Schema reads otherwise';
  }
  if (Object.prototype.toString.call(fn) === '[object AsyncFunction]') return 'asynchronous check';
  const bounds = [value, minimum, maximum, length].filter((bound) => typeof bound === 'number');
  const isStep = (def as Partial<z.core.$ZodCheckMultipleOfDef>).check === 'multiple_of';
  if (bounds.some((bound) => !Number.isFinite(bound) || (isStep && bound <= 0)))
    return 'bound that is no number';
  return undefined;
}

function isPattern(source: string): boolean {
  try {
    new RegExp(source, 'u');
    return true;
  } catch {
    return false;
  }
}
