import { HEADERS, WAIT_MS_DEFAULT, WAIT_MS_MAX } from '@action-do/contracts';
import type { BusContext } from '@action-do/messaging/nest';
import { systemChance } from '../system-ports.js';
import { MessageRefused, readCursor, readExecuteCommand, readExecutionId } from './read-command.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const BODY = '{"params":{"a":1}}';
const requestId = '0190F0F0-0000-7000-8000-000000000001';

const read = (
  body: string | Uint8Array,
  headers: Record<string, string> = {},
  tokens = ['default', 'pay'],
) => {
  const context: Pick<BusContext, 'headers' | 'tokens'> = { headers, tokens };
  return readExecuteCommand(
    typeof body === 'string' ? bytes(body) : body,
    context as BusContext,
    systemChance,
  );
};

function refusal(act: () => unknown) {
  try {
    act();
  } catch (error) {
    if (error instanceof MessageRefused) return error.problem;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('an execute message', () => {
  it('is read with all that it says', () => {
    const headers = {
      'idempotency-key': '"order;7"',
      [HEADERS.requestId]: requestId,
      [HEADERS.firstSent]: '2026-01-31T12:00:00.5Z',
      [HEADERS.timeoutMs]: '1500',
      [HEADERS.actionVersion]: '2',
      [HEADERS.actorType]: 'api_key',
      [HEADERS.actorId]: 'k1',
      [HEADERS.credentialId]: 'k1',
      [HEADERS.channel]: 'http',
    };
    expect(read('{"params":{"a":1},"metadata":{"x":"y"}}', headers)).toEqual({
      tenant: 'default',
      action: 'pay',
      version: 2,
      params: { a: 1 },
      metadata: { x: 'y' },
      key: 'order;7',
      requestId: requestId.toLowerCase(),
      firstSentAtMs: Date.UTC(2026, 0, 31, 12, 0, 0, 500),
      waitMs: 1_500,
      requester: { actorType: 'api_key', actorId: 'k1', credentialId: 'k1', channel: 'http' },
    });
  });

  it('without headers gets a request id of its own, and the default wait', () => {
    const command = read(BODY);
    expect(command).toMatchObject({
      waitMs: WAIT_MS_DEFAULT,
      version: undefined,
      key: undefined,
      requester: { channel: 'bus' },
    });
    expect(command.requestId).not.toBe(read(BODY).requestId);
  });

  it('waits at most a minute, and not at all where it says so', () => {
    expect([
      read(BODY, { [HEADERS.timeoutMs]: '999999' }).waitMs,
      read(BODY, { [HEADERS.timeoutMs]: '0' }).waitMs,
    ]).toEqual([WAIT_MS_MAX, 0]);
  });

  it('takes the date of RFC 9110 and ISO 8601 with a zone', () => {
    const at = (text: string) => read(BODY, { [HEADERS.firstSent]: text }).firstSentAtMs;
    const noon = Date.UTC(2026, 0, 31, 12);
    expect([
      at('Sat, 31 Jan 2026 12:00:00 GMT'),
      at('2026-01-31T12:00Z'),
      at('2026-01-31T13:00:00+01:00'),
    ]).toEqual([noon, noon, noon]);
  });

  it.each<[string, string, string]>([
    [HEADERS.requestId, 'not-a-uuid', 'REQUEST_INVALID'],
    [HEADERS.requestId, '', 'REQUEST_INVALID'],
    [HEADERS.requestId, `${requestId}, ${requestId}`, 'REQUEST_INVALID'],
    [HEADERS.timeoutMs, '-1', 'REQUEST_INVALID'],
    [HEADERS.timeoutMs, '1e3', 'REQUEST_INVALID'],
    [HEADERS.timeoutMs, '', 'REQUEST_INVALID'],
    [HEADERS.actionVersion, '0', 'REQUEST_INVALID'],
    [HEADERS.actionVersion, '01', 'REQUEST_INVALID'],
    [HEADERS.actionVersion, 'newest', 'REQUEST_INVALID'],
    [HEADERS.firstSent, 'yesterday', 'REQUEST_INVALID'],
    [HEADERS.firstSent, '7', 'REQUEST_INVALID'],
    [HEADERS.firstSent, '2026-01-31', 'REQUEST_INVALID'],
    [HEADERS.firstSent, '2026-13-31T12:00:00Z', 'REQUEST_INVALID'],
    [HEADERS.idempotencyKey, '', 'IDEMPOTENCY_KEY_INVALID'],
    [HEADERS.idempotencyKey, '""', 'IDEMPOTENCY_KEY_INVALID'],
    [HEADERS.idempotencyKey, 'a, b', 'IDEMPOTENCY_KEY_INVALID'],
    [HEADERS.idempotencyKey, '"open', 'IDEMPOTENCY_KEY_INVALID'],
    [HEADERS.idempotencyKey, 'k'.repeat(256), 'IDEMPOTENCY_KEY_INVALID'],
    [HEADERS.idempotencyKey, 'auto:abc', 'IDEMPOTENCY_KEY_INVALID'],
    [HEADERS.idempotencyKey, '"undo:abc"', 'IDEMPOTENCY_KEY_INVALID'],
  ])('with %s: %s is refused: %s (row 11)', (name, value, code) => {
    expect(refusal(() => read(BODY, { [name]: value })).code).toBe(code);
  });

  it.each<[string, string | Uint8Array]>([
    ['nothing', ''],
    ['half of it', '{"params":'],
    ['bytes that are no UTF-8', new Uint8Array([0x7b, 0xff, 0x7d])],
    ['a list', '[]'],
    ['null', 'null'],
    ['no params', '{}'],
    ['params that are a list', '{"params":[]}'],
    ['params that are null', '{"params":null}'],
    ['a member that is not known', '{"params":{},"param":{}}'],
    ['a label that is no text', '{"params":{},"metadata":{"a":1}}'],
  ])('with a body of %s is refused: BODY_INVALID', (_, body) => {
    expect(refusal(() => read(body)).code).toBe('BODY_INVALID');
  });

  it('whose body is wrong in many places is answered with few and short words', () => {
    const labels = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`${'k'.repeat(250)}${i}`, 7]));
    const { issues, detail } = refusal(() => read(JSON.stringify({ params: {}, metadata: labels })));
    expect([issues?.length, JSON.stringify({ issues, detail }).length < 16_000]).toEqual([20, true]);
    const unknown = refusal(() => read(JSON.stringify({ params: {}, ...labels })));
    expect(JSON.stringify(unknown).length).toBeLessThan(2_000);
  });

  it('whose subject names no tenant is refused: REQUEST_INVALID', () => {
    for (const tokens of [[], ['UPPER', 'pay']])
      expect(refusal(() => read(BODY, {}, tokens)).code).toBe('REQUEST_INVALID');
  });
});

describe('a question about an execution', () => {
  it('names it by its id', () => {
    expect(readExecutionId(bytes('{"id":"exe_1"}'))).toBe('exe_1');
    for (const body of ['', '{}', '{"id":7}', 'null', '"exe_1"', '[]'])
      expect(refusal(() => readExecutionId(bytes(body))).code).toBe('BODY_INVALID');
  });

  it('for a next page is refused where its cursor is none of ours', () => {
    expect(readCursor(bytes('{"id":"exe_1","cursor":"17"}'))).toBe('17');
    expect(readCursor(bytes('{"id":"exe_1"}'))).toBeUndefined();
    for (const cursor of ['', '-1', '1.5', 'x', '9'.repeat(16)])
      expect(refusal(() => readCursor(bytes(JSON.stringify({ id: 'exe_1', cursor })))).code).toBe(
        'REQUEST_INVALID',
      );
  });
});
