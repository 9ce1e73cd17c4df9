import type { JsonValue } from '@action-do/contracts';
import type { WayAction } from '@action-do/test-support';

/** What becomes of an attempt of which nobody says what it did: calls made in all, and what the caller is told. */
interface Expected {
  readonly status: number;
  readonly calls: number;
  /** Whose effect the result tells of. */
  readonly by?: 'first' | 'last';
}
type InDoubt = readonly [
  action: WayAction,
  /** Its effect. */
  dies: 'before' | 'after',
  more: { readonly probe?: 'unknown' },
  expected: Expected,
];
export const IN_DOUBT: readonly InDoubt[] = [
  ['none', 'after', {}, { status: 200, calls: 2, by: 'last' }],
  ['idempotent', 'after', {}, { status: 200, calls: 2, by: 'first' }],
  ['transactional', 'after', {}, { status: 200, calls: 2, by: 'first' }],
  ['verifiable', 'after', {}, { status: 200, calls: 1, by: 'first' }],
  ['verifiable', 'before', {}, { status: 200, calls: 2, by: 'last' }],
  ['verifiable', 'after', { probe: 'unknown' }, { status: 500, calls: 1 }],
  ['unsafe', 'after', {}, { status: 500, calls: 1 }],
];

const deep = (depth: number): JsonValue => (depth === 0 ? 'end' : { response: [deep(depth - 1)] });
/** Values that frameworks on the way take for something of their own. */
export const UPSETTING: readonly JsonValue[] = [
  ...['response', 'err', 'id', 'pattern', 'isDisposed', 'status', 'data', 'error', 'then', 'toJSON'].flatMap(
    (key): JsonValue[] => [JSON.parse(`{"${key}":true}`), JSON.parse(`{"${key}":null}`)],
  ),
  {
    response: { response: 1 },
    err: 'no',
    id: 'x',
    pattern: { cmd: 1 },
    isDisposed: true,
    status: 'error',
    data: [0],
  },
  { isDisposed: true, err: { code: 'NOPE' }, response: null },
  ...[null, '', 0, false, [], [null], {}, '"', '\u2028é😀', -1.5e-7],
  deep(13),
];
