import { z } from 'zod';
import { type Refuse, show } from '../resolve-policy.js';
import { defOf, type Place, partsWithin, placeText, type Schema } from './schema-parts.js';

/** What `.meta({ … })` may say of a field besides what JSON Schema knows. */
export const FIELD_FLAGS = {
  /** Says something about a person. Told in the contract, so far; encrypting it by whom it is about is to come. */
  personal: 'personal',
  /** Names whom the personal fields are about: one string of the params, which may be left out. Told in the contract, so far. */
  subject: 'subject',
  /**
   * Not repeated by errors, issues or lines of `ctx.logger`, as far as its text has four characters or more: neither as it was
   * sent nor as its schema changed it, also where that stands in JSON, a URL or a form. What code makes of it besides is not
   * known for it; names of a record, which are paths, are not hidden, and `examples` are in the contract for everybody. It is
   * recorded, and handed to whoever may read the execution, like all others.
   */
  sensitive: 'sensitive',
  /** A single value, or items of a list, that can be searched for quickly: `params.<path>=value` of lists. */
  indexed: 'indexed',
} as const;
export type FieldFlag = keyof typeof FIELD_FLAGS;

const FLAGS = Object.keys(FIELD_FLAGS) as readonly FieldFlag[];
/** As far may a word be from a flag and still have meant it. */
const SLIPS_MAX = 2;

/** Refuses flags that would not do what whoever wrote them counts on, each with its path. */
export function refuseFlags(root: 'params' | 'result', schema: Schema, refuse: Refuse): void {
  const marked = new Map<FieldFlag | 'default', Set<string>>();
  const mark = (what: FieldFlag | 'default', at: string): void => {
    marked.set(what, (marked.get(what) ?? new Set()).add(at));
  };
  for (const place of partsWithin(schema, ({ steps }, why) => refuse(`${placeText(root, steps)} ${why}`))) {
    const meta = z.globalRegistry.get(place.schema) ?? {};
    const at = placeText(root, place.steps);
    checkWords(at, meta, refuse);
    if (['default', 'prefault'].includes(defOf(place.schema).type)) mark('default', at);
    for (const flag of FLAGS) {
      if (meta[flag] !== true) continue;
      const why = senseless(flag, root, place);
      if (why !== undefined) refuse(`${at} is marked ${flag}, ${why}`);
      mark(flag, at);
    }
  }
  checkTogether(marked, refuse);
}

/** Flags may stand on the type, on what wraps it, or on what it is in. */
function checkTogether(marked: ReadonlyMap<FieldFlag | 'default', Set<string>>, refuse: Refuse): void {
  const places = (what: FieldFlag | 'default') => [...(marked.get(what) ?? [])];
  const subjects = places('subject');
  if (subjects.length > 1)
    refuse(`${subjects.join(' and ')} are both marked subject: personal fields are about one, so mark one`);
  for (const hidden of places('sensitive')) {
    const isWithin = (at: string): boolean =>
      at === hidden || (/^[.[{]/.test(at.slice(hidden.length)) && at.startsWith(hidden));
    const shown = places('indexed').find(isWithin);
    if (shown !== undefined)
      refuse(`${shown} is marked indexed, and sensitive, too: what must not be seen cannot be searched for`);
    const told = places('default').find(isWithin);
    if (told !== undefined)
      refuse(
        `${told} is sensitive and has a default, which is in the contract for everybody: make it .optional() and fill it in in run`,
      );
  }
}

function checkWords(at: string, meta: Readonly<Record<string, unknown>>, refuse: Refuse): void {
  for (const [word, value] of Object.entries(meta)) {
    if (word.startsWith('$')) refuse(`${at} has '${word}' in its meta, which is for schemas to refer by`);
    const flag = FLAGS.find((one) => one === word);
    if (flag !== undefined && value !== undefined && typeof value !== 'boolean')
      refuse(`${at} has ${flag} ${show(value)} in its meta: write true or false`);
    // Other libraries have words of their own here, such as `object: 'card'`: a flag is what is set.
    const slipsMax = value === true ? SLIPS_MAX : 0;
    const meant = flag ?? FLAGS.find((one) => slips(word.toLowerCase(), one) <= slipsMax);
    if (meant !== undefined && meant !== word)
      refuse(`${at} has '${word}' in its meta, which means nothing: write ${meant}`);
  }
}

/** Why a flag makes no sense in a place. */
function senseless(flag: FieldFlag, root: 'params' | 'result', { steps, schema }: Place): string | undefined {
  const into = (...kinds: string[]) => steps.some((step) => kinds.includes(step.into));
  const types = typesOf(schema);
  if (into('key')) return 'and names in a record are paths, which everybody sees: mark what is under them';
  if (flag === 'subject') {
    if (root === 'result') return 'and is known only when the params are stored: mark a field of params';
    if (into('item', 'value')) return 'and there may be several of it: mark one that there is once';
    if (types.some((type) => type !== 'string' && type !== 'template_literal'))
      return 'and is not a string: write whom it is about as text';
  }
  if (flag === 'indexed') {
    if (into('value', 'place'))
      return 'and is in a record or a tuple, which have no index: mark a member of an object or items of a list';
    if (types.some((type) => ['object', 'array', 'tuple', 'record'].includes(type)))
      return 'and is no single value: mark its members or items';
  }
  return undefined;
}

/** Of the values of a schema, whatever wraps it. */
function typesOf(schema: Schema): readonly string[] {
  const def = defOf(schema);
  if ('innerType' in def) return typesOf(def.innerType);
  // Of itself at once, a union is of no type; then nothing can be said.
  if (def.type === 'union')
    return def.options.flatMap((option) => (option === schema ? [] : typesOf(option)));
  return def.type === 'null' || def.type === 'lazy' ? [] : [def.type];
}

/** How many letters were added, left out or put for others (Levenshtein), between short words. */
function slips(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries())
      next.push(
        Math.min((row[j] ?? 0) + Number(letter !== other), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
}
