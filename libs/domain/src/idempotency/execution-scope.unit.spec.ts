import type { JsonValue } from '@action-do/contracts';
import { chooseKey, differingPaths, type KeyedDigest, paramsDigest, scopeHash } from './execution-scope.js';

/** Shows what was digested. */
const plain: KeyedDigest = (text) => text;
/** Long enough to be cut, and different for different texts as far as these specs look. */
const toy: KeyedDigest = (text) => {
  let sum = 7n;
  for (const char of text) sum = (sum * 1_000_003n + BigInt(char.codePointAt(0) ?? 0)) % 2n ** 256n;
  return sum.toString(16).padEnd(64, '0');
};
const json = (text: string): JsonValue => JSON.parse(text);
const same = (a: string, b: string): boolean => paramsDigest(toy, json(a)) === paramsDigest(toy, json(b));

describe('the digest of params', () => {
  it.each([
    ['the order of members does not matter', '{"a":1,"b":{"c":2,"d":3}}', '{"b":{"d":3,"c":2},"a":1}'],
    ['1 and 1.0 are one number', '{"n":1}', '{"n":1.0}'],
    ['100 and 1e2 are one number', '{"n":100}', '{"n":1e2}'],
    ['0 and -0 are one number', '{"n":0}', '{"n":-0}'],
    ['blanks do not matter', '{"a":[1,2]}', ' { "a" : [ 1 , 2 ] } '],
    ['an escaped letter is the letter', '{"a":"\\u00e9\\u4e2d"}', '{"a":"é中"}'],
    ['a pair of surrogates is the character', '{"a":"\\ud83d\\ude00"}', '{"a":"😀"}'],
  ])('%s', (_rule, a, b) => {
    expect(same(a, b)).toBe(true);
  });

  it.each([
    ['the order of a list matters', '{"a":[1,2]}', '{"a":[2,1]}'],
    ['a member left out is not null', '{"a":null}', '{}'],
    ['1 is not "1"', '{"n":1}', '{"n":"1"}'],
    ['an empty list is not an empty object', '{"a":[]}', '{"a":{}}'],
    ['a letter in two spellings of Unicode is two letters', '{"a":"\\u00e9"}', '{"a":"e\\u0301"}'],
    ['nesting matters', '{"a":{"b":1}}', '{"a":{},"b":1}'],
    ['the case of a name matters', '{"a":1}', '{"A":1}'],
    ['nothing is not an empty list', '{}', '[]'],
  ])('%s', (_rule, a, b) => {
    expect(same(a, b)).toBe(false);
  });

  it('is taken of RFC 8785 JSON, names in the order of their UTF-16 units', () => {
    const text = '{"\\u20ac":1,"\\r":2,"\\ud83d\\ude00":3,"1":4,"\\ufb33":5,"\\u00f6":6}';
    expect(paramsDigest(plain, json(text))).toBe('{"\\r":2,"1":4,"ö":6,"€":1,"😀":3,"\ufb33":5}');
  });

  it('holds no NUL, so that it can never be had as a scope hash', () => {
    expect(paramsDigest(plain, { a: '\0', '\0': 1 })).not.toContain('\0');
    expect(scopeHash(plain, 'a', 1, false, 'k')).toContain('\0');
  });

  it('is refused for what did not come from JSON', () => {
    expect(() => paramsDigest(plain, undefined as never)).toThrow(TypeError);
  });
});

describe('the key of a piece of work (row 10)', () => {
  it.each(['params', 'key-required', 'none'] as const)(
    "is the caller's where one was given, mode %s",
    (mode) => {
      expect(chooseKey('mine', mode, 'd1', 'r1')).toStrictEqual({ kind: 'key', key: 'mine', derived: false });
    },
  );

  it('is derived from the params, or from the request, or is missing where the action wants one', () => {
    expect(chooseKey(undefined, 'params', 'd1', 'r1')).toStrictEqual({
      kind: 'key',
      key: 'auto:d1',
      derived: true,
    });
    expect(chooseKey(undefined, 'none', 'd1', 'r1')).toStrictEqual({
      kind: 'key',
      key: 'req:r1',
      derived: true,
    });
    expect(chooseKey(undefined, 'key-required', 'd1', 'r1')).toStrictEqual({ kind: 'missing' });
  });
});

describe('the scope', () => {
  const scope = (action: string, version: number, perVersion: boolean, key: string) =>
    scopeHash(toy, action, version, perVersion, key);

  it('is the first 32 digits of the digest over name, NUL and key', () => {
    expect(scope('pay', 1, false, 'k')).toBe(toy('pay\0k').slice(0, 32));
    expect(scope('pay', 3, true, 'k')).toBe(toy('pay@3\0k').slice(0, 32));
  });

  it('is the same for every version, unless the policy keeps versions apart', () => {
    expect(scope('pay', 1, false, 'k')).toBe(scope('pay', 2, false, 'k'));
    expect(scope('pay', 1, true, 'k')).not.toBe(scope('pay', 2, true, 'k'));
  });

  it('keeps actions, keys and the border between them apart', () => {
    const scopes = [
      scope('pay', 1, false, 'k'),
      scope('pay', 1, false, 'k2'),
      scope('pay2', 1, false, 'k'),
      scope('pa', 1, false, 'yk'),
      scope('pay', 1, true, 'k'),
    ];
    expect(new Set(scopes).size).toBe(scopes.length);
  });
});

describe('the paths at which params differ (row 8)', () => {
  it.each<[string, string, string, string[]]>([
    ['equal params differ nowhere', '{"a":[1,{"b":2}]}', '{"a":[1,{"b":2}]}', []],
    ['a changed member', '{"a":1,"b":2}', '{"a":1,"b":3}', ['params.b']],
    ['a member more or less', '{"a":1}', '{"b":1}', ['params.a', 'params.b']],
    ['an element of a list', '{"a":[1,2,3]}', '{"a":[1,5]}', ['params.a[1]', 'params.a[2]']],
    ['deep down', '{"a":{"b":[{"c":1}]}}', '{"a":{"b":[{"c":2}]}}', ['params.a.b[0].c']],
    ['another kind of value', '{"a":{"b":1},"c":[]}', '{"a":[1],"c":{}}', ['params.a', 'params.c']],
    ['null and nothing', '{"a":null}', '{}', ['params.a']],
    ['a name that every object inherits', '{"__proto__":{}}', '{}', ['params.__proto__']],
    ['the whole', '[]', '{}', ['params']],
  ])('%s', (_rule, a, b, paths) => {
    expect(differingPaths(json(a), json(b))).toStrictEqual(paths);
    expect(differingPaths(json(b), json(a)).sort()).toStrictEqual([...paths].sort());
  });

  it('are at most ten, or as many as asked for', () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`m${i}`, i]));
    expect(differingPaths(many, {})).toHaveLength(10);
    expect(differingPaths({ deep: many }, { deep: {} }, 3)).toHaveLength(3);
    expect(
      differingPaths(many, Object.fromEntries(Object.keys(many).map((key) => [key, -1])), 3),
    ).toHaveLength(3);
  });

  it('never tell a value', () => {
    const told = differingPaths(
      json('{"card":"4111-secret","list":["s3cret"]}'),
      json('{"card":"other-secret"}'),
    );
    expect(told.join()).not.toMatch(/secret|s3cret|4111/);
  });
});
