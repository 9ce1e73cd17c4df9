import {
  below,
  bytesOf,
  cut,
  innocent,
  inParams,
  join,
  nest,
  objectOf,
  type Piece,
  pick,
  quoted,
  randomBytes,
  utf16,
  validBody,
  withByte,
} from './hostile/body-pieces.js';
import {
  BAD_ESCAPES,
  ENDLESS_NUMBERS,
  JSON_TYPES,
  LONE_HALVES,
  NO_OBJECT,
  NO_TEXT,
  NO_VALUES,
  OTHER_LANGUAGES,
  OTHER_TYPES,
  RESERVED,
  UNKNOWN_MEMBERS,
  UNSAFE_NUMBERS,
} from './hostile/fragments.js';
import type { Random } from './seeded-random.js';

// Bodies that POST /v1/actions/{name}/executions must refuse with a 4xx, whatever the action is.
//
// H1 No body is a valid request: each recipe breaks one rule by construction, none by chance. So a runner may assert 4xx for all.
// H2 The same seed gives the same bodies, so a run that finds something can be run again.
// H3 What a recipe breaks is put at a random place among innocent members, so that no check passes by looking only at the top.

/** One request body, the media type to send it under, and the name of the rule that it breaks. */
export interface HostileBody {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly kind: string;
}

/** Draws one body. Of the kinds that need tens of kilobytes about one in 40 draws has one. */
export function hostileBody(random: Random): HostileBody {
  const [kind, recipe] = pick(random, random() < 1 / 40 ? LARGE : SMALL);
  const made = recipe(random);
  if (typeof made === 'object' && 'contentType' in made) return { kind, ...made };
  return { kind, bytes: bytesOf(made), contentType: pick(random, JSON_TYPES) };
}

type Recipe = (random: Random) => Piece | { bytes: Uint8Array; contentType: string };
type NamedRecipe = readonly [kind: string, recipe: Recipe];

const SMALL: readonly NamedRecipe[] = [
  ['empty', () => ''],
  ['whitespace', (random) => pick(random, [' ', '\n', '\t', '\r\n', '   \n ']).repeat(1 + below(random, 50))],
  ['random bytes', (random) => randomBytes(random, 1 + below(random, 300))],
  ['another language', (random) => pick(random, OTHER_LANGUAGES)],
  [
    'compressed',
    (random) => join(Uint8Array.of(0x1f, 0x8b, 0x08, 0x00), randomBytes(random, below(random, 60))),
  ],
  [
    'other media type',
    (random) => ({ bytes: bytesOf(validBody(random)), contentType: pick(random, OTHER_TYPES) }),
  ],
  ['truncated', (random) => cut(random, validBody(random))],
  [
    'trailing',
    (random) =>
      validBody(random) + pick(random, ['}', ',', '{}', 'x', ';', '\n{"params":{}}', '//', ' \u00a0', '0']),
  ],
  [
    'leading',
    (random) =>
      pick(random, [',', ';', '//a\n', ")]}',\n", '\u00a0', '\u2028', '"', '1']) + validBody(random),
  ],
  ['byte order mark', (random) => `\ufeff${validBody(random)}`],
  ['UTF-16', (random) => utf16(validBody(random), random() < 0.5, random() < 0.5)],
  ['stray byte', (random) => withByte(random, bytesOf(validBody(random)), 0xff)],
  ['NUL byte', (random) => withByte(random, bytesOf(validBody(random)), 0x00)],
  ['not UTF-8', (random) => inParams(random, quoted(Uint8Array.from(pick(random, NO_TEXT))))],
  [
    'raw control character',
    (random) => inParams(random, quoted(`a${String.fromCharCode(below(random, 0x20))}`)),
  ],
  ['bad escape', (random) => inParams(random, quoted(pick(random, BAD_ESCAPES)))],
  ['lone surrogate', (random) => inParams(random, quoted(pick(random, LONE_HALVES)))],
  ['lone surrogate in a key', (random) => inParams(random, `{"${pick(random, LONE_HALVES)}":1}`)],
  ['no JSON value', (random) => inParams(random, pick(random, NO_VALUES))],
  [
    'trailing comma',
    (random) => inParams(random, pick(random, ['[1,]', '{"a":1,}', '[,]', '{,}', '[1,,2]'])),
  ],
  ['comment', (random) => inParams(random, pick(random, ['1/* */', '/**/1', '1//\n', '1#\n', '1--\n']))],
  [
    'bad object',
    (random) =>
      inParams(
        random,
        pick(random, ['{a:1}', "{'a':1}", '{1:1}', '{"a"}', '{"a" 1}', '{"a"=1}', '{"a":1;}']),
      ),
  ],
  ['crossed brackets', (random) => inParams(random, pick(random, ['[}', '{]', '[{]}', '{"a":[}]']))],
  ['unsafe integer', (random) => inParams(random, pick(random, UNSAFE_NUMBERS))],
  ['number out of range', (random) => inParams(random, pick(random, ENDLESS_NUMBERS))],
  [
    'duplicate key',
    (random) => inParams(random, pick(random, ['{"a":1,"a":1}', '{"a":1,"b":2,"\\u0061":3}', '{"":0,"":0}'])),
  ],
  [
    'duplicate member',
    (random) => `{"params":{"a":${below(random, 9)}},${pick(random, ['"params"', '"p\\u0061rams"'])}:{}}`,
  ],
  ['prototype key', (random) => inParams(random, `{"${pick(random, RESERVED)}":{"admin":true}}`)],
  ['prototype member', (random) => `{"${pick(random, RESERVED)}":{},${validBody(random).slice(1)}`],
  ['too deep', (random) => inParams(random, nest(random, 33 + below(random, 200), true))],
  ['endless nesting', (random) => nest(random, 40 + below(random, 2_000), false)],
  ['no object', (random) => pick(random, NO_OBJECT)],
  ['params missing', (random) => (random() < 0.5 ? '{}' : `{"metadata":{"a":"${below(random, 99)}"}}`)],
  ['params no object', (random) => `{"params":${pick(random, NO_OBJECT)}}`],
  ['metadata no object', (random) => `{"params":{},"metadata":${pick(random, NO_OBJECT)}}`],
  [
    'label no text',
    (random) => `{"params":{},"metadata":{"a":${pick(random, ['1', 'null', '{}', '[]', 'true', '["a"]'])}}}`,
  ],
  ['label too long', (random) => `{"params":{},"metadata":{"a":"${'x'.repeat(513 + below(random, 500))}"}}`],
  ['too many labels', (random) => `{"params":{},"metadata":${objectOf(17 + below(random, 100), '""')}}`],
  [
    'unknown member',
    (random) => `{"${pick(random, UNKNOWN_MEMBERS)}":${innocent(random)},${validBody(random).slice(1)}`,
  ],
];

const LARGE: readonly NamedRecipe[] = [
  ['long string', (random) => inParams(random, quoted('x'.repeat(65_537 + below(random, 100_000))))],
  ['long key', (random) => inParams(random, `{"${'k'.repeat(65_537 + below(random, 100_000))}":1}`)],
  [
    'long string of escapes',
    (random) => inParams(random, quoted('\\n'.repeat(65_537 + below(random, 50_000)))),
  ],
  ['too many keys', (random) => inParams(random, objectOf(1_001 + below(random, 9_000), '0'))],
  ['too many items', (random) => inParams(random, `[${'0,'.repeat(10_000 + below(random, 90_000))}0]`)],
  [
    'too many values',
    (random) =>
      inParams(random, `[${`[${'0,'.repeat(9_998)}0],`.repeat(5)}[${'0,'.repeat(below(random, 5_000))}0]]`),
  ],
  ['too large', (random) => `{"params":{}${' '.repeat(262_144 + below(random, 50_000))}}`],
  ['bomb', (random) => pick(random, ['[', '{"a":', '[{"a":', '"\\u']).repeat(20_000 + below(random, 20_000))],
  ['long number', (random) => inParams(random, '9'.repeat(1_000 + below(random, 200_000)))],
  ['long random bytes', (random) => randomBytes(random, 10_000 + below(random, 100_000))],
];

/** The names of all kinds, for a run that wants to know that it has seen each. */
export const HOSTILE_KINDS: readonly string[] = [...SMALL, ...LARGE].map(([kind]) => kind);
