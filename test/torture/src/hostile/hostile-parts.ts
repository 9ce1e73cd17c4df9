import type { OutgoingHttpHeaders } from 'node:http';

// Parts of a request, each of which makes it one that must be refused.

/** Something to choose from: never empty. */
export type Choice<T> = readonly [T, ...T[]];

export const NAMES: Choice<string> = [
  '..',
  '%2e%2e',
  '%00',
  '%ff',
  '%',
  '%zz',
  '*',
  '%3e',
  'note.unsafe',
  'NOTE-UNSAFE',
  'note_unsafe',
  'note-unsafe%20',
  'note-unsafe%2f..',
  'note--unsafe',
  '-',
  'a'.repeat(65),
  'a'.repeat(2_000),
  '__proto__',
  'constructor',
  'toString',
  '%F0%9F%92%A3',
  'no-such-action',
  '',
];
export const EXECUTIONS: Choice<string> = [
  'exe_',
  `exe_${'0'.repeat(32)}-1`,
  `exe_${'0'.repeat(32)}-0`,
  `exe_${'0'.repeat(32)}-99999999999`,
  `exe_${'F'.repeat(32)}-1`,
  '%00',
  '..%2f..%2ftenant-default',
  'action-default.0',
  '%ff%fe',
  '*',
  'e'.repeat(1_000),
];
export const PATHS: Choice<string> = [
  '/v1',
  '/v1/',
  '//v1/actions',
  '/v1/actions//executions',
  '/v1/../etc/passwd',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/v1/actions/note-unsafe/executions/',
  '/v1/actions/note-unsafe/executions/x',
  `/${'a/'.repeat(3_000)}`,
  '/__proto__',
  '/.git/config',
  '/v1/%E0%A4%A',
];
export const KEYS: Choice<string | string[]> = [
  '',
  '""',
  '"',
  '"a',
  'a, b',
  'a b',
  'a;b',
  'k'.repeat(256),
  'k'.repeat(10_000),
  'auto:1',
  '"wf:1"',
  'req:',
  'undo:x',
  '"\\a"',
  'caf\u00e9',
  '\ttab\t,',
  ['a', 'a'],
  ['a', 'b', 'c'],
];
export const credentials = (apiKey: string): Choice<string | null> => [
  null,
  '',
  'Bearer',
  'Bearer ',
  `Basic ${apiKey}`,
  `Bearer ${apiKey}x`,
  `Bearer ${apiKey.slice(0, -1)}`,
  `Bearer ${apiKey.toUpperCase()}`,
  `Bearer ${apiKey},${apiKey}`,
  `Bearer ${apiKey.replace('default', 'other')}`,
  'Bearer __proto__',
  `Bearer ${'x'.repeat(5_000)}`,
];
export const METHODS: Choice<string> = ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'LINK'];
export const HEADERS: Choice<OutgoingHttpHeaders> = [
  { 'do-request-id': 'x' },
  { 'do-request-id': ['0', '1'] },
  { 'repeatability-first-sent': 'soon' },
  { 'x-padding': 'x'.repeat(20_000) },
  { expect: 'the unexpected' },
];
export const QUERIES: Choice<string> = [
  '?version=0',
  '?version=-1',
  '?version=1e9',
  '?version=1&version=2',
  '?version=%00',
  '?version=99',
];
