import { IDEMPOTENCY_KEY_LENGTH_MAX, parseIdempotencyKey } from './idempotency-key.js';

const visible = Array.from({ length: 0x7f - 0x21 }, (_, i) => String.fromCharCode(0x21 + i));
const bareLetters = visible.filter((letter) => !'",;\\'.includes(letter));
const quote = (key: string): string => `"${key.replace(/["\\]/g, '\\$&')}"`;

describe('an idempotency key (row 11)', () => {
  it.each<[rule: string, raw: string, key: string]>([
    ['a bare token', 'order-17', 'order-17'],
    ['a string', '"order-17"', 'order-17'],
    ['a UUID', '0190b6f2-7d3b-7cc1-8f4e-0d9f2f1c3a55', '0190b6f2-7d3b-7cc1-8f4e-0d9f2f1c3a55'],
    ['one character', '0', '0'],
    ['every visible character but four, bare', bareLetters.join(''), bareLetters.join('')],
    ['every visible character, quoted', quote(visible.join('')), visible.join('')],
    ['blanks around it', ' \t order-17 \t', 'order-17'],
    ['a quote within a string', '"say \\"x\\""'.replace(' ', '-'), 'say-"x"'],
    ['a backslash within a string', '"a\\\\b"', 'a\\b'],
    ['a comma or semicolon within a string', '"a,b;c"', 'a,b;c'],
    ['the longest, bare', 'k'.repeat(255), 'k'.repeat(255)],
    ['the longest, quoted, counted without quotes and escapes', quote('"'.repeat(255)), '"'.repeat(255)],
    ['a reserved word without its colon', 'auto', 'auto'],
    ['a reserved word in the middle', 'my-auto:1', 'my-auto:1'],
    ['a reserved word in other letters', 'Auto:1', 'Auto:1'],
  ])('is read from %s', (_rule, raw, key) => {
    expect(parseIdempotencyKey(raw)).toStrictEqual({ ok: true, key });
  });

  it.each(bareLetters)('is the same key, bare and quoted: %s', (letter) => {
    expect(parseIdempotencyKey(`k${letter}`)).toStrictEqual(parseIdempotencyKey(quote(`k${letter}`)));
  });

  it.each<[rule: string, raw: string, why: RegExp]>([
    ['nothing', '', /empty/],
    ['blanks', ' \t ', /empty/],
    ['an empty string', '""', /empty/],
    ['256 characters', 'k'.repeat(IDEMPOTENCY_KEY_LENGTH_MAX + 1), /longer than 255/],
    ['256 characters, quoted', quote('k'.repeat(256)), /longer than 255/],
    ['a list of tokens', 'a, b', /more than one/],
    ['a list of strings', '"a", "b"', /more than one/],
    ['a list of strings without blanks', '"a","b"', /more than one/],
    ['an open list', 'a,', /more than one/],
    ['a parameter', 'a;b=1', /visible ASCII/],
    ['a string with a parameter', '"a";b=1', /visible ASCII/],
    ['a blank within', 'a b', /visible ASCII/],
    ['a blank within a string', '"a b"', /visible ASCII/],
    ['a tab within', 'a\tb', /visible ASCII/],
    ['a line break', 'a\nb', /visible ASCII/],
    ['a line break at the end', 'a\n', /visible ASCII/],
    ['a NUL', 'a\0', /visible ASCII/],
    ['a DEL', '"a\x7f"', /visible ASCII/],
    ['a letter beyond ASCII', 'é', /visible ASCII/],
    ['a letter beyond ASCII in a string', '"é"', /visible ASCII/],
    ['a no-break space around it', '\u00a0a', /visible ASCII/],
    ['an open quote', '"a', /visible ASCII/],
    ['a late quote', 'a"', /visible ASCII/],
    ['a lone quote', '"', /visible ASCII/],
    ['a bare backslash', 'a\\b', /visible ASCII/],
    ['an escape of something else', '"a\\b"', /visible ASCII/],
    ['an escaped closing quote', '"a\\"', /visible ASCII/],
    ['auto:', 'auto:1', /platform only/],
    ['wf:', 'wf:1', /platform only/],
    ['req:', 'req:1', /platform only/],
    ['undo:', 'undo:1', /platform only/],
    ['a reserved word in a string', '"auto:1"', /platform only/],
    ['a reserved word alone', 'auto:', /platform only/],
  ])('is refused for %s', (_rule, raw, why) => {
    expect(parseIdempotencyKey(raw)).toStrictEqual({ ok: false, message: expect.stringMatching(why) });
  });

  it('that is refused is not repeated in the sentence, since it may be anything', () => {
    expect(JSON.stringify(parseIdempotencyKey('s3cret value'))).not.toContain('s3cret');
  });
});
