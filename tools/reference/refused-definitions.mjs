/** Definitions that `defineAction` refuses, as they are written, each with what it says. */

/** @returns {{written: string, says: string}[]} @throws Error one of them is taken */
export function refused(define, z) {
  return CASES.map(([written, make]) => ({ written, says: saidOf(() => define(make(z)), written) }));
}

function saidOf(act, written) {
  try {
    act();
  } catch (error) {
    return error.message.replace(/^action '[^']*': /, '');
  }
  throw new Error(`defineAction takes ${written}: it belongs no more into the reference`);
}

/** One field of params. */
const field = (of) => (z) => ({ params: z.object({ a: of(z) }) });

const CASES = [
  ["name: 'SendInvoice'", () => ({ name: 'SendInvoice' })],
  ['version: 0', () => ({ version: 0 })],
  ["effects: 'safe'", () => ({ effects: 'safe' })],
  ["effects: 'verifiable' and no probe", () => ({ effects: 'verifiable', probe: undefined })],
  ['a probe with other effects', () => ({ probe: () => ({ state: 'unknown' }) })],
  ['retry: { attempts: 3 }', () => ({ retry: { attempts: 3 } })],
  ['concurrency: 0', () => ({ concurrency: 0 })],
  ['params: z.string()', (z) => ({ params: z.string() })],
  ['a: z.date()', field((z) => z.date())],
  ['a: z.bigint()', field((z) => z.bigint())],
  ['a: z.map(…)', field((z) => z.map(z.string(), z.string()))],
  ['a: z.set(…)', field((z) => z.set(z.string()))],
  ['a: z.undefined()', field((z) => z.undefined())],
  ['a: z.void()', field((z) => z.void())],
  ['a: z.nan()', field((z) => z.nan())],
  ['a: z.symbol()', field((z) => z.symbol())],
  ['a: z.file()', field((z) => z.file())],
  ['a: z.custom()', field((z) => z.custom())],
  ['a: z.intersection(…)', field((z) => z.intersection(z.object({}), z.object({})))],
  ['a: z.string().transform(Number)', field((z) => z.string().transform(Number))],
  ['a: z.coerce.number()', field((z) => z.coerce.number())],
  ['a: z.number().catch(0)', field((z) => z.number().catch(0))],
  ['a: z.string().regex(/x/i)', field((z) => z.string().regex(/x/i))],
  ['a: z.string().regex(/x{,3}/)', field((z) => z.string().regex(/x{,3}/))],
  ['a: z.number().max(Infinity)', field((z) => z.number().max(Number.POSITIVE_INFINITY))],
  ['a: z.string().refine(async …)', field((z) => z.string().refine(async () => true))],
  [
    'constructor: z.string().optional()',
    (z) => ({ params: z.object({ constructor: z.string().optional() }) }),
  ],
  ['a: z.int().default(1.5)', field((z) => z.int().default(1.5))],
  ['a: z.any().default(new Map())', field((z) => z.any().default(new Map()))],
  ['a: z.string().default(() => uuid())', field((z) => z.string().default(() => String(Math.random())))],
  ['a: z.string().meta({ persnal: true })', field((z) => z.string().meta({ persnal: true }))],
  ["a: z.string().meta({ personal: 'yes' })", field((z) => z.string().meta({ personal: 'yes' }))],
  ['a: z.int().meta({ subject: true })', field((z) => z.int().meta({ subject: true }))],
  [
    'a: z.array(z.string().meta({ subject: true }))',
    field((z) => z.array(z.string().meta({ subject: true }))),
  ],
  ['a subject in result', (z) => ({ result: z.object({ a: z.string().meta({ subject: true }) }) })],
  ['a: z.object({}).meta({ indexed: true })', field((z) => z.object({}).meta({ indexed: true }))],
  [
    'a: z.string().meta({ indexed: true, sensitive: true })',
    field((z) => z.string().meta({ indexed: true, sensitive: true })),
  ],
  [
    "a: z.string().meta({ sensitive: true }).default('x')",
    field((z) => z.string().meta({ sensitive: true }).default('x')),
  ],
  [
    'a: z.record(z.string().meta({ personal: true }), …)',
    field((z) => z.record(z.string().meta({ personal: true }), z.string())),
  ],
];
