// What no request may hold, as pieces that hostile-bodies.ts builds its bodies from.

export const JSON_TYPES = [
  'application/json',
  'application/json',
  'application/json; charset=utf-8',
] as const;
// biome-ignore format: a list reads better in rows
export const OTHER_TYPES = [
  'text/plain', 'text/html', 'application/xml', 'application/x-www-form-urlencoded',
  'application/octet-stream', 'application/x-ndjson', 'application/javascript', 'image/png',
  'multipart/form-data; boundary=x', 'application/jsonx', 'json', '*/*',
] as const;
// biome-ignore format: a list reads better in rows
export const NO_OBJECT = [
  'null', 'true', 'false', '0', '-1', '1e3', '""', '"params"', '"{}"', '[]', '[{}]', '[1,2]',
] as const;
// biome-ignore format: a list reads better in rows
export const RESERVED = [
  '__proto__', 'constructor', 'prototype', '\\u005f_proto__', '__pr\\u006fto__', 'proto\\u0074ype',
] as const;
// biome-ignore format: a list reads better in rows
export const UNKNOWN_MEMBERS = [
  'param', 'Params', 'PARAMS', 'tenant', 'scope', 'idempotencyKey', 'version', '', ' params', '$ref',
  'toString',
] as const;
// biome-ignore format: a list reads better in rows
export const UNSAFE_NUMBERS = [
  '9007199254740992', '-9007199254740993', '18446744073709551616', '1e16', '1E+20', '9007199254740993.0',
  '123456789012345678901234567890',
] as const;

export const ENDLESS_NUMBERS = ['1e309', '-1e400', '1e999999999', '1e-400', `1${'0'.repeat(400)}`] as const;
// biome-ignore format: a list reads better in rows
export const LONE_HALVES = [
  '\\ud800', '\\udfff', '\\uDBFFx', '\\udc00\\ud800', '\\ud83d\\n', '\\ud800\\u0041', 'a\\uDEAD',
] as const;

export const BAD_ESCAPES = ['\\x41', '\\u12', '\\uZZZZ', '\\0', '\\a', '\\u{41}', '\\U0041', '\\ '] as const;
// biome-ignore format: a list reads better in rows
export const NO_VALUES = [
  'NaN', 'Infinity', '-Infinity', 'undefined', '+1', '01', '.5', '1.', '1e', '0x1f', '1_000', "'a'", '`a`',
  'True', 'nil', '--1', '(1)', '/a/', 'new Date()', '10n', '',
] as const;

export const NO_TEXT: readonly (readonly number[])[] = [
  [0x80], // a continuation that continues nothing
  [0xc0, 0x80], // NUL, overlong in 2, 3 and 4 bytes
  [0xe0, 0x80, 0x80],
  [0xf0, 0x80, 0x80, 0x80],
  [0xc1, 0xa2], // a quote, overlong
  [0xed, 0xa0, 0x80], // a surrogate
  [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80], // a pair of them
  [0xf4, 0x90, 0x80, 0x80], // beyond U+10FFFF
  [0xf8, 0x88, 0x80, 0x80, 0x80],
  [0xc3, 0x22], // a character that ends early
  [0xff],
  [0xfe],
];

export const OTHER_LANGUAGES = [
  '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
  'params=1&metadata=2',
  'params:\n  a: 1\n',
  '--x\r\nContent-Disposition: form-data; name="params"\r\n\r\n{}\r\n--x--\r\n',
  '{ execute(name: "a") { result } }',
  'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  "'; DROP TABLE executions; --",
  '%24%7Bjndi:ldap://127.0.0.1/a%7D',
  '{{7*7}}',
  '!!js/function "return 1"',
  'PUB do.v1.exec 2\r\n{}\r\n',
] as const;
