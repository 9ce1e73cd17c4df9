import type { z } from 'zod';

export type Schema = z.core.$ZodType;

/** What a step goes into: a member of an object, any item of a list, a place in a tuple, or a record's values or keys. */
type Into = 'member' | 'item' | 'place' | 'value' | 'key';
export interface Step {
  readonly name: string | number;
  readonly into: Into;
}
/** A schema inside another: where, seen from there, and which. No step: it describes the same value. */
type Part = readonly [step: Step | null, schema: Schema];

export interface Place {
  readonly steps: readonly Step[];
  readonly schema: Schema;
}

/** Of a schema. Recursive ones end where they begin again; one that makes itself anew each time has no end. */
const PARTS_MAX = 10_000;
const DEPTH_MAX = 64;

export const defOf = (schema: Schema) => (schema as z.core.$ZodTypes)._zod.def;

/**
 * All parts of a schema, each before what is in it, one that stands in several places once for each.
 * @param endless called where there are too many: the place, and what to do about it
 */
export function* partsWithin(root: Schema, endless: (place: Place, why: string) => never): Generator<Place> {
  let left = PARTS_MAX;
  function* within(place: Place, above: readonly Schema[]): Generator<Place> {
    if (above.includes(place.schema)) return; // a recursive schema
    if (above.length >= DEPTH_MAX)
      endless(
        place,
        `goes deeper than ${DEPTH_MAX}: a schema that contains itself has to refer to one constant, not make a new one each time`,
      );
    if (--left < 0) endless(place, `is beyond the first ${PARTS_MAX} parts of the schema: make it smaller`);
    yield place;
    const here = [...above, place.schema];
    for (const [step, schema] of partsOf(place.schema))
      yield* within({ steps: step === null ? place.steps : [...place.steps, step], schema }, here);
  }
  yield* within({ steps: [], schema: root }, []);
}

function partsOf(schema: Schema): readonly Part[] {
  const def = defOf(schema);
  switch (def.type) {
    case 'object': {
      const members = Object.entries(def.shape).map(
        ([name, member]): Part => [{ name, into: 'member' }, member],
      );
      return def.catchall ? [...members, [{ name: '*', into: 'value' }, def.catchall]] : members;
    }
    case 'array':
      return [[{ name: '*', into: 'item' }, def.element]];
    case 'tuple': {
      const items = def.items.map((item, name): Part => [{ name, into: 'place' }, item]);
      return def.rest ? [...items, [{ name: '*', into: 'place' }, def.rest]] : items;
    }
    case 'record':
      return [
        [{ name: '*', into: 'key' }, def.keyType],
        [{ name: '*', into: 'value' }, def.valueType],
      ];
    case 'union':
      return def.options.map((option): Part => [null, option]);
    case 'pipe':
      return [
        [null, def.in],
        [null, def.out],
      ];
    case 'lazy':
      return [[null, def.getter()]];
    case 'optional':
    case 'nonoptional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'catch':
    case 'readonly':
      return [[null, def.innerType]];
    default:
      return [];
  }
}

const PLAIN = /^[A-Za-z_$][\w$]*$/;

/** As people write it: `params.items[*].name`; `params.labels{key}` is the names in a record. */
export function placeText(root: string, steps: readonly Step[]): string {
  return steps.reduce((text, { name, into }) => {
    if (into === 'key') return `${text}{key}`;
    if (into !== 'member') return `${text}[${name}]`;
    return PLAIN.test(String(name)) ? `${text}.${name}` : `${text}[${JSON.stringify(name)}]`;
  }, root);
}
