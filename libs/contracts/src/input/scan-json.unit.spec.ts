import { INPUT_LIMITS, type InputLimits } from './input-limits.js';
import type { InputProblem, InputProblemCode } from './input-problem.js';
import { scanJson } from './scan-json.js';

const encoder = new TextEncoder();

/** Of this process: what others on the machine do takes its time, and none of this. */
function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
const KIB = 1024;

function problemOf(body: string | Uint8Array, limits: InputLimits = INPUT_LIMITS): InputProblem | 'accepted' {
  const result = scanJson(typeof body === 'string' ? encoder.encode(body) : body, limits);
  return result.ok ? 'accepted' : result.problem;
}

const list = (count: number, item: string) => Array<string>(count).fill(item).join();
const array = (count: number) => `[${list(count, '0')}]`;
const objectOf = (keys: readonly string[]) => `{${keys.map((key) => `"${key}":0`).join()}}`;
const numbered = (count: number) => objectOf(Array.from({ length: count }, (_, i) => `k${i}`));
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

type Refusal = [
  rule: string,
  body: string | Uint8Array,
  code: InputProblemCode,
  path: string,
  offset: number,
];

describe('a body is refused with its code, the way and the offset', () => {
  it.each<Refusal>([
    ['a body of no bytes is empty', '', 'BODY_EMPTY', '', 0],
    ['a body of whitespace is empty', ' \n\t\r', 'BODY_EMPTY', '', 4],
    ['a byte order mark is refused', '\ufeff{}', 'BODY_NOT_UTF8', '', 0],
    ['UTF-16 is refused', Uint8Array.of(0xff, 0xfe, 0x7b, 0, 0x7d, 0), 'BODY_NOT_UTF8', '', 0],
    ['an overlong form is refused', Uint8Array.of(0x22, 0xc0, 0xaf, 0x22), 'BODY_NOT_UTF8', '', 1],
    ['a surrogate in UTF-8 is refused', Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22), 'BODY_NOT_UTF8', '', 1],
    ['a cut character is refused', Uint8Array.of(0x5b, 0x22, 0x61, 0xe5, 0x90), 'BODY_NOT_UTF8', '[0]', 3],
    ['a stray byte between values is no text', Uint8Array.of(0x5b, 0x80, 0x5d), 'BODY_NOT_UTF8', '[0]', 1],
    ['text between values is a syntax error', '[é]', 'JSON_SYNTAX', '[0]', 1],
    ['a body cut short is refused at its end', '{"params":{"a":1', 'JSON_SYNTAX', 'params.a', 16],
    ['anything behind the value is refused', '{} {}', 'JSON_SYNTAX', '', 3],
    ['a syntax error names the member it is in', '{"a":{"b":[1,tru]}}', 'JSON_SYNTAX', 'a.b[1]', 16],
    ['a word cut by a stray byte is no text', Uint8Array.of(0x74, 0x72, 0xff), 'BODY_NOT_UTF8', '', 2],
    ['a fault in a key is at its object', '{"a":{"b":1,"c\n":2}}', 'JSON_SYNTAX', 'a', 14],
    ['a raw control character is no text of a string', '["a\u001f"]', 'JSON_SYNTAX', '[0]', 3],
    ['a long string is blamed at its start', `[1,"\\n${'a'.repeat(65_537)}"]`, 'STRING_LENGTH', '[1]', 3],
    ['a repeated key is refused', '{"a":1,"a":2}', 'DUPLICATE_KEY', 'a', 7],
    ['a key repeated by an escape is refused', '{"a":1,"\\u0061":2}', 'DUPLICATE_KEY', 'a', 7],
    ['an escaped key repeated plainly is refused', '{"\\u0061":1,"a":2}', 'DUPLICATE_KEY', 'a', 12],
    ['a slash and its escape are the same', '{"x":{"/":1,"\\/":2}}', 'DUPLICATE_KEY', 'x["/"]', 12],
    ['the empty key may not repeat either', '{"":1,"":2}', 'DUPLICATE_KEY', '[""]', 6],
    [
      'a pair and its two escapes are the same',
      '{"😀":1,"\\ud83d\\ude00":2}',
      'DUPLICATE_KEY',
      '["\\ud83d\\ude00"]',
      10,
    ],
    ['__proto__ is refused', '{"params":{"__proto__":{}}}', 'PROTOTYPE_KEY', 'params.__proto__', 11],
    ['an escaped __proto__ is refused', '{"\\u005f_proto__":1}', 'PROTOTYPE_KEY', '__proto__', 1],
    ['constructor is refused anywhere', '[[{"constructor":1}]]', 'PROTOTYPE_KEY', '[0][0].constructor', 3],
    ['prototype is refused', '{"prototype":1}', 'PROTOTYPE_KEY', 'prototype', 1],
    ['half a pair is refused', '{"a":"\\ud83d"}', 'LONE_SURROGATE', 'a', 6],
    ['the other half is refused', '["\\ude00"]', 'LONE_SURROGATE', '[0]', 2],
    ['a pair the wrong way round is refused', '["\\ude00\\ud83d"]', 'LONE_SURROGATE', '[0]', 2],
    ['half a pair before text is refused', '["\\ud83dabcdef"]', 'LONE_SURROGATE', '[0]', 2],
    ['half a pair in a key is refused', '{"a":{"\\ud83d":1}}', 'LONE_SURROGATE', 'a', 7],
    ['2^53 is refused', '{"n":9007199254740992}', 'UNSAFE_INTEGER', 'n', 5],
    ['-2^53 is refused', '[-9007199254740992]', 'UNSAFE_INTEGER', '[0]', 1],
    ['2^53 with a point is refused', '[9007199254740993.0]', 'UNSAFE_INTEGER', '[0]', 1],
    ['a great number with an exponent is refused', '[1e20]', 'UNSAFE_INTEGER', '[0]', 1],
    ['a number that becomes infinite is refused', '[1,1e400]', 'NUMBER_RANGE', '[1]', 3],
    ['so is an integer that does', `[${'9'.repeat(400)}]`, 'NUMBER_RANGE', '[0]', 1],
    ['a number that becomes zero is refused', '[-1e-400]', 'NUMBER_RANGE', '[0]', 1],
    ['so is a long fraction that does', `[0.${'0'.repeat(400)}1]`, 'NUMBER_RANGE', '[0]', 1],
  ])('%s', (_rule, body, code, path, offset) => {
    expect(problemOf(body)).toMatchObject({
      code,
      path,
      offset,
      message: expect.stringMatching(/^[A-Z].+\.$/),
    });
  });
});

describe('what looks dangerous and is not, is accepted', () => {
  it.each([
    [
      'the greatest safe integers',
      '[9007199254740991,-9007199254740991,9007199254740991.0,9.007199254740991e15]',
    ],
    ['a fraction with more digits than a float has', '[0.1,3.14159265358979323846264338327950288]'],
    ['minus zero, which every serialiser here writes as 0', '[-0,-0.0,-0e5,0e400,0.0e-400]'],
    ['the smallest float', '[5e-324]'],
    ['a pair of escapes', '["\\ud83d\\ude00"]'],
    ['the last code point and a noncharacter', '["\u{10ffff}\uffff"]'],
    ['reserved names as values', '["__proto__","constructor","prototype"]'],
    [
      'names that only begin or end like reserved ones',
      '{"__proto":1,"_proto__":2,"constructors":3,"Prototype":4}',
    ],
    ['the same key in different objects', '{"a":{"a":{"a":[{"a":1},{"a":1}]}}}'],
    ['keys that differ in letter case or normal form', '{"a":1,"A":2,"\u00e9":3,"e\u0301":4}'],
    ['a scalar body', ' "text" '],
  ])('%s', (_what, body) => {
    expect(problemOf(body)).toBe('accepted');
  });
});

describe('every limit is inclusive', () => {
  const wide: InputLimits = { ...INPUT_LIMITS, bodyBytesMax: 4096 * KIB };
  const letters = 64 * KIB;
  it.each<[string, string, string, InputProblemCode]>([
    ['32 containers may be open', nested(32), nested(33), 'DEPTH'],
    [
      'objects count for the depth',
      `${'{"a":'.repeat(32)}1${'}'.repeat(32)}`,
      `${'{"a":'.repeat(32)}[`,
      'DEPTH',
    ],
    ['1,000 keys an object', numbered(1000), numbered(1001), 'KEYS'],
    ['10,000 items an array', array(10_000), array(10_001), 'ITEMS'],
    [
      '50,000 values a body',
      `[${list(4, array(9_999))},${array(9_998)}]`,
      `[${list(4, array(9_999))},${array(9_999)}]`,
      'VALUES',
    ],
    ['64 KiB a string', `"${'a'.repeat(letters)}"`, `"${'a'.repeat(letters + 1)}"`, 'STRING_LENGTH'],
    ['64 KiB a key', objectOf(['a'.repeat(letters)]), objectOf(['a'.repeat(letters + 1)]), 'STRING_LENGTH'],
    [
      'an escape counts as its character',
      `"${'\\n'.repeat(letters)}"`,
      `"${'\\n'.repeat(letters + 1)}"`,
      'STRING_LENGTH',
    ],
    [
      '\\u0061 counts one byte',
      `"${'\\u0061'.repeat(letters)}"`,
      `"${'\\u0061'.repeat(letters + 1)}"`,
      'STRING_LENGTH',
    ],
    [
      '\\u00e9 counts two bytes',
      `"${'\\u00e9'.repeat(letters / 2)}"`,
      `"a${'\\u00e9'.repeat(letters / 2)}"`,
      'STRING_LENGTH',
    ],
    [
      '\\u540d counts three bytes',
      `"a${'\\u540d'.repeat(21845)}"`,
      `"ab${'\\u540d'.repeat(21845)}"`,
      'STRING_LENGTH',
    ],
    [
      'a pair of escapes counts four',
      `"${'\\ud83d\\ude00'.repeat(letters / 4)}"`,
      `"a${'\\ud83d\\ude00'.repeat(letters / 4)}"`,
      'STRING_LENGTH',
    ],
    [
      'escapes in one string leave the next as short',
      `["\\n\\n","${'a'.repeat(letters)}"]`,
      `["\\n\\n","${'a'.repeat(letters + 1)}"]`,
      'STRING_LENGTH',
    ],
    [
      'text counts its UTF-8 bytes',
      `"${'é'.repeat(letters / 2)}"`,
      `"a${'é'.repeat(letters / 2)}"`,
      'STRING_LENGTH',
    ],
  ])('%s', (_rule, within, beyond, code) => {
    expect(problemOf(within, wide)).toBe('accepted');
    expect(problemOf(beyond, wide)).toMatchObject({ code });
  });

  it('256 KiB a body, whatever it holds', () => {
    expect(problemOf(`${' '.repeat(256 * KIB - 2)}{}`)).toBe('accepted');
    expect(problemOf(`${' '.repeat(256 * KIB - 1)}{}`)).toMatchObject({ code: 'BODY_TOO_LARGE', offset: 0 });
  });

  it('a repeated key is found among few, among 1,000, and when names are numbers', () => {
    for (const count of [2, 16, 17, 18, 999]) {
      const keys = Array.from({ length: count }, (_, i) => String(i));
      expect(problemOf(objectOf(keys))).toBe('accepted');
      expect(problemOf(objectOf([...keys, '0']))).toMatchObject({ code: 'DUPLICATE_KEY' });
      expect(problemOf(objectOf([...keys, keys.at(-1) ?? '']))).toMatchObject({ code: 'DUPLICATE_KEY' });
    }
  });
});

describe('a problem', () => {
  it('holds no value of the body', () => {
    const told = JSON.stringify(problemOf('{"card":"4111-secret","pin":[9007199254740993]}'));
    expect(told).toContain('pin[0]');
    expect(told).not.toMatch(/4111|secret|9007199254740993/);
  });

  it('is short and printable however long and odd the keys are', () => {
    const key = '\\u202e\\n"'.replace('"', '\\"').repeat(200);
    const problem = problemOf(`${`{"${key}":`.repeat(32)}x`);
    expect(problem).toMatchObject({ code: 'JSON_SYNTAX', path: expect.stringMatching(/^[ -~]{1,400}$/) });
  });
});

describe('no body costs more than its length', () => {
  const size = INPUT_LIMITS.bodyBytesMax;
  const full = (unit: string) => unit.repeat(Math.floor(size / unit.length));
  const longKeys = Array.from({ length: 16 }, (_, i) => `${'a'.repeat(16_000)}${i}`);
  const collidingKeys = objectOf(Array.from({ length: 1000 }, (_, i) => String(i * 1024)));
  it.each([
    ['open arrays', full('[')],
    ['open objects', full('{"a":')],
    ['open objects in open arrays', full('[{"a":')],
    ['digits', full('1')],
    ['zeros behind a point', `0.${'0'.repeat(size - 3)}1`],
    ['escapes', `"${full('\\u0061').slice(0, size - 4)}"`],
    ['backslashes', `"${full('\\').slice(1)}`],
    ['long keys that differ at the end', objectOf(longKeys)],
    ['long keys with an escape', objectOf(['\\n', ...longKeys])],
    [
      'keys whose numbers collide',
      `[${list(Math.floor(size / (collidingKeys.length + 1)) - 1, collidingKeys)}]`,
    ],
    ['small objects', `[${list(10_000, '{"a":1,"b":2,"c":3}')}]`],
    ['exponents', `[${list(10_000, '1.5e10')}]`],
  ])('%s', (_what, body) => {
    const bytes = encoder.encode(body);
    expect(bytes.length).toBeLessThanOrEqual(size);
    const before = process.cpuUsage();
    scanJson(bytes, INPUT_LIMITS);
    // Linear work takes some 5 ms here, quadratic work minutes: the bound tells them apart on the slowest machine.
    expect(cpuMsSince(before)).toBeLessThan(1_000);
  });

  it('100,000 keys in one object, where the limits allow them', () => {
    const bytes = encoder.encode(numbered(100_000));
    const limits = {
      ...INPUT_LIMITS,
      bodyBytesMax: bytes.length,
      objectKeysMax: 100_000,
      valuesMax: 200_000,
    };
    const before = process.cpuUsage();
    expect(scanJson(bytes, limits)).toEqual({ ok: true });
    expect(cpuMsSince(before)).toBeLessThan(2_000);
  });
});
