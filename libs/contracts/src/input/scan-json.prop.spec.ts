import fc from 'fast-check';
import { INPUT_LIMITS, type InputLimits } from './input-limits.js';
import { scanJson } from './scan-json.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const SYNTAX_CODES = new Set(['BODY_EMPTY', 'BODY_NOT_UTF8', 'JSON_SYNTAX']);
const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom('"', '\\', '\n', '/', 'u', '\u2028'),
    fc.string({ unit: 'binary', maxLength: 1 }),
  ),
});
const key = text.filter((name) => !RESERVED.has(name));
const safeNumber = fc.oneof(
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, depthSize: 'small' },
    fc.oneof(fc.constantFrom(null, true, false), safeNumber, text),
    fc.array(tie('value')),
    fc.dictionary(key, tie('value'), { maxKeys: 24 }),
  ),
}));

/** What the platform makes of the bytes: the value, or nothing at all. */
function parse(bytes: Uint8Array): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(decoder.decode(bytes)) };
  } catch {
    return undefined;
  }
}

const edit = fc.record({
  at: fc.nat(),
  removed: fc.nat({ max: 3 }),
  inserted: fc.oneof(
    fc
      .constantFrom(
        '"',
        '\\',
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '-',
        '.',
        'e',
        '0',
        '1',
        ' ',
        '\n',
        '\\u',
        '\\ud83d',
        'true',
        'null',
        '"a":',
        '',
        '\u0000',
        'é',
      )
      .map((s) => encoder.encode(s)),
    fc.uint8Array({ maxLength: 3 }),
  ),
});

function edited(
  bytes: Uint8Array,
  edits: { at: number; removed: number; inserted: Uint8Array }[],
): Uint8Array {
  let current = Array.from(bytes);
  for (const { at, removed, inserted } of edits) {
    const place = current.length === 0 ? 0 : at % (current.length + 1);
    current = [...current.slice(0, place), ...inserted, ...current.slice(place + removed)];
  }
  return Uint8Array.from(current);
}

function expectAgreement(bytes: Uint8Array): void {
  const result = scanJson(bytes, INPUT_LIMITS);
  const parsed = parse(bytes);
  if (result.ok) expect(parsed).toBeDefined();
  else if (SYNTAX_CODES.has(result.problem.code)) expect(parsed).toBeUndefined();
}

describe('scanJson', () => {
  it('accepts everything that JSON.stringify writes, indented or not', () => {
    fc.assert(
      fc.property(value, fc.constantFrom(0, 2, '\t'), (written, indent) => {
        expect(scanJson(encoder.encode(JSON.stringify(written, null, indent)), INPUT_LIMITS)).toEqual({
          ok: true,
        });
      }),
      { numRuns: 2_000 },
    );
  });

  it('agrees with JSON.parse on what is JSON, for JSON with edits', () => {
    fc.assert(
      fc.property(value, fc.array(edit, { minLength: 1, maxLength: 3 }), (written, edits) => {
        expectAgreement(edited(encoder.encode(JSON.stringify(written)), edits));
      }),
      { numRuns: 4_000 },
    );
  });

  it('agrees with JSON.parse on what is JSON, for JSON cut anywhere', () => {
    fc.assert(
      fc.property(value, fc.nat(), (written, cut) => {
        const bytes = encoder.encode(JSON.stringify(written));
        expectAgreement(bytes.subarray(0, cut % bytes.length));
      }),
      { numRuns: 2_000 },
    );
  });

  it('agrees with JSON.parse on what is JSON, for words of its alphabet', () => {
    const word = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b"',
      '"',
      '\\',
      '0',
      '1',
      '-',
      '.',
      'e',
      '+',
      ' ',
      'true',
      'null',
      'é',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) =>
        expectAgreement(encoder.encode(words.join(''))),
      ),
      { numRuns: 10_000 },
    );
  });

  it('never throws, and blames a byte of the body in few printable words, under any limits', () => {
    const limit = fc.nat({ max: 20 });
    const limits: fc.Arbitrary<InputLimits> = fc.record({
      bodyBytesMax: fc.constant(100_000),
      depthMax: limit,
      objectKeysMax: limit,
      arrayItemsMax: limit,
      valuesMax: fc.nat({ max: 200 }),
      stringBytesMax: limit,
    });
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .tuple(value, fc.array(edit, { maxLength: 3 }))
        .map(([v, e]) => edited(encoder.encode(JSON.stringify(v)), e)),
    );
    fc.assert(
      fc.property(bytes, limits, (body, within) => {
        const result = scanJson(body, within);
        if (result.ok) return;
        const { path, message, offset } = result.problem;
        expect(path).toMatch(/^[ -~]{0,400}$/);
        expect(message).toMatch(/^[ -~]{10,100}$/);
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(offset).toBeLessThanOrEqual(body.length);
      }),
      { numRuns: 5_000 },
    );
  });

  it('refuses an object exactly if two of its keys read the same, however they are written', () => {
    const written = fc.tuple(
      fc.string({ unit: fc.constantFrom('a', 'b', '1', 'é', '😀'), maxLength: 3 }),
      fc.boolean(),
    );
    fc.assert(
      fc.property(fc.array(written, { maxLength: 40 }), (keys) => {
        const members = keys.map(([name, escaped]) => `"${escaped ? escapeAll(name) : name}":0`);
        const result = scanJson(encoder.encode(`{${members.join()}}`), INPUT_LIMITS);
        const isRepeated = new Set(keys.map(([name]) => name)).size < keys.length;
        expect(result.ok ? 'accepted' : result.problem.code).toBe(isRepeated ? 'DUPLICATE_KEY' : 'accepted');
      }),
      { numRuns: 3_000 },
    );
  });

  it('refuses escapes exactly if half of a pair is among them', () => {
    const unit = fc.oneof(
      fc.integer({ min: 0, max: 0xffff }),
      fc.constantFrom(0xd800, 0xdbff, 0xdc00, 0xdfff),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 6 }), (units) => {
        const meant = String.fromCharCode(...units);
        const isWhole = decoder.decode(encoder.encode(meant)) === meant;
        const result = scanJson(encoder.encode(`"${escapeAll(meant)}"`), INPUT_LIMITS);
        expect(result.ok ? 'accepted' : result.problem.code).toBe(isWhole ? 'accepted' : 'LONE_SURROGATE');
      }),
      { numRuns: 3_000 },
    );
  });

  it('refuses a number exactly if a float cannot hold it by rules N1 and N2', () => {
    const digits = (max: number) =>
      fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: max });
    const literal = fc
      .tuple(
        fc.constantFrom('', '-'),
        fc.oneof(
          fc.constant('0'),
          digits(20).map((d) => `1${d}`),
          fc.bigInt({ min: 2n ** 53n - 2n, max: 2n ** 53n + 2n }).map(String),
        ),
        fc.option(
          fc.oneof(
            digits(20),
            digits(20).map((d) => '0'.repeat(320) + d),
          ),
          { nil: undefined },
        ),
        fc.option(fc.integer({ min: -400, max: 400 }), { nil: undefined }),
      )
      .map(([sign, whole, fraction, exponent]) => ({
        mantissa: `${sign}${whole}${fraction === undefined ? '' : `.${fraction}`}`,
        exponent: exponent === undefined ? '' : `e${exponent}`,
      }));
    fc.assert(
      fc.property(literal, ({ mantissa, exponent }) => {
        const held = Number(mantissa + exponent);
        let expected = 'accepted';
        if (Math.abs(held) > Number.MAX_SAFE_INTEGER) expected = 'UNSAFE_INTEGER';
        if (!Number.isFinite(held) || (held === 0 && /[1-9]/.test(mantissa))) expected = 'NUMBER_RANGE';
        const result = scanJson(encoder.encode(`[${mantissa}${exponent}]`), INPUT_LIMITS);
        expect(result.ok ? 'accepted' : result.problem.code).toBe(expected);
      }),
      { numRuns: 5_000 },
    );
  });
});

function escapeAll(written: string): string {
  return Array.from(
    { length: written.length },
    (_, i) => `\\u${written.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('');
}
