import { request } from 'node:http';
import { join } from 'node:path';
import { ACTION_STREAM_PREFIX } from '@action-do/contracts';
import { openEmbeddedEventStore } from '@action-do/event-store';
import type { HttpAnswer } from '@action-do/test-support';
import { onePlatform } from './one-platform.js';

const one = onePlatform();
const PATH = '/v1/actions/note-unsafe/executions';
const valid = JSON.stringify({ params: { id: 'refused' } });
let refusals = 0;

beforeAll(async () => {
  await one.caller.execute('note-unsafe', { id: 'first' }, { key: 'taken' });
});

/** Sends a request that breaks one rule and is right otherwise. */
function post(
  body: string | Uint8Array,
  headers: Record<string, string> = {},
  path = PATH,
): Promise<HttpAnswer> {
  return one.caller.send(path, {
    method: 'POST',
    body,
    headers: { ...one.caller.authorization, 'content-type': 'application/json', ...headers },
  });
}

/** What every refusal has in common, whatever its reason. */
function expectRefusal({ status, headers, body }: HttpAnswer, code: [number, string]): void {
  refusals++;
  expect([status, body.code]).toEqual(code);
  expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(body).toMatchObject({
    status,
    title: expect.any(String),
    hint: expect.any(String),
    retryable: false,
  });
  expect(body.detail).not.toBe('');
}

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const inParams = (member: string): string => `{"params":{"id":"refused",${member}}}`;

describe('a body is refused with 400 BODY_INVALID and the place', () => {
  it.each([
    ['that is broken JSON', '{"params":{"id":"refused"', 'byte 25'],
    ['that is empty', '', 'byte 0'],
    ['with a key twice', inParams('"note":"a","note":"b"'), 'params.note'],
    ['with a key twice in two spellings', inParams('"note":"a","n\\u006fte":"b"'), 'params.note'],
    ['with __proto__', inParams('"__proto__":{"admin":true}'), 'params.__proto__'],
    ['with constructor', inParams('"constructor":{}'), 'params.constructor'],
    ['40 levels deep', inParams(`"note":${nested(40)}`), 'params.note'],
    ['with a lone surrogate', inParams('"note":"\\ud800"'), 'params.note'],
    ['with an integer that a double cannot hold', inParams('"note":9007199254740993'), 'params.note'],
    ['with a number out of range', inParams('"note":1e999'), 'params.note'],
    ['that is no object', '[1]', ''],
    ['without params', '{}', 'params'],
    ['with a member that is not known', `{"params":{"id":"refused"},"param":{}}`, 'param'],
    ['with a label that is no text', `{"params":{"id":"refused"},"metadata":{"a":1}}`, 'metadata.a'],
  ])('%s', async (_what, body, place) => {
    const answer = await post(body);
    expectRefusal(answer, [400, 'BODY_INVALID']);
    expect(answer.body.detail).toContain(place);
  });

  it('that is no UTF-8', async () => {
    expectRefusal(await post(Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x7d])), [400, 'BODY_INVALID']);
  });
});

describe('a body is refused', () => {
  it('of 300 KiB with 413 PAYLOAD_TOO_LARGE', async () => {
    expectRefusal(await post(inParams(`"note":"${'x'.repeat(300 * 1024)}"`)), [413, 'PAYLOAD_TOO_LARGE']);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'multipart/form-data; boundary=x',
  ])('sent as %s with 415 UNSUPPORTED_MEDIA_TYPE', async (type) => {
    expectRefusal(await post(valid, { 'content-type': type }), [415, 'UNSUPPORTED_MEDIA_TYPE']);
  });
});

describe('params are refused with 400 PARAMS_INVALID, the path and newKeySafe', () => {
  it.each([
    ['missing', {}, 'params.id', 'required'],
    ['of a wrong type', { id: 7 }, 'params.id', 'type'],
    ['unknown', { id: 'refused', idd: 'x' }, 'params.idd', 'unknown'],
    ['over a bound', { id: 'refused', holdMs: 99_999 }, 'params.holdMs', 'maximum'],
  ])('%s', async (_what, params, path, code) => {
    const answer = await one.caller.execute('note-unsafe', params);
    expectRefusal(answer, [400, 'PARAMS_INVALID']);
    expect(answer.body).toMatchObject({ newKeySafe: true, effect: 'none', issues: [{ path, code }] });
    expect(answer.body.detail).toContain(path);
  });
});

describe('an action is refused with 404 ACTION_UNKNOWN', () => {
  it.each([
    ['mistyped', 'note-unsave', 'note-unsafe'],
    ['in another spelling', 'Note_Unsafe', 'note-unsafe'],
  ])('%s, and the nearest name is given', async (_what, name, nearest) => {
    const answer = await one.caller.execute(name, { id: 'refused' });
    expectRefusal(answer, [404, 'ACTION_UNKNOWN']);
    expect(answer.body.detail).toContain(nearest);
  });
});

describe('a caller is refused with 401 UNAUTHENTICATED', () => {
  const wrongKeys: [string, () => string | undefined][] = [
    ['without a key', () => undefined],
    ['with a key of another scheme', () => `Basic ${one.platform.apiKey}`],
    ['with a key that is mistyped', () => `Bearer ${one.platform.apiKey.slice(0, -1)}`],
    ['with text that is no key', () => 'Bearer let-me-in'],
    ['with two keys', () => `Bearer ${one.platform.apiKey} ${one.platform.apiKey}`],
  ];
  it.each(wrongKeys)('%s', async (_what, authorization) => {
    const given = authorization();
    const answer = await one.caller.send(PATH, {
      method: 'POST',
      body: valid,
      headers: {
        'content-type': 'application/json',
        ...(given === undefined ? {} : { authorization: given }),
      },
    });
    expectRefusal(answer, [401, 'UNAUTHENTICATED']);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });

  it('with the right key in the URL', async () => {
    expectRefusal(await post(valid, {}, `${PATH}?key=${one.platform.apiKey}`), [401, 'UNAUTHENTICATED']);
  });

  it('before the body is looked at', async () => {
    const answer = await one.caller.send(PATH, {
      method: 'POST',
      body: '{',
      headers: { 'content-type': 'application/json' },
    });
    expectRefusal(answer, [401, 'UNAUTHENTICATED']);
  });
});

describe('row 11: a key is refused with 400 IDEMPOTENCY_KEY_INVALID', () => {
  it.each([
    ['empty', ''],
    ['an empty string', '""'],
    ['two in a list', 'a, b'],
    ['with a space', 'a b'],
    ['an unfinished string', '"a'],
    ['with a parameter', 'a;b=1'],
    ['longer than 255 characters', 'k'.repeat(256)],
    ['reserved for keys from params', 'auto:1'],
    ['reserved for workflows', '"wf:1"'],
    ['reserved for requests', 'req:1'],
    ['reserved for undoing', 'undo:1'],
  ])('%s', async (_what, key) => {
    expectRefusal(await post(valid, { 'idempotency-key': key }), [400, 'IDEMPOTENCY_KEY_INVALID']);
  });

  it('sent twice, even if both are the same', async () => {
    const text = await new Promise<string>((resolve, reject) => {
      const headers = {
        ...one.caller.authorization,
        'content-type': 'application/json',
        'idempotency-key': ['a', 'a'],
      };
      const call = request(`${one.platform.url}${PATH}`, { method: 'POST', headers }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk;
        });
        response.on('end', () => resolve(`${response.statusCode} ${body}`));
      });
      call.on('error', reject).end(valid);
    });
    expect(text).toMatch(/^400 .*"code":"IDEMPOTENCY_KEY_INVALID".*more than once/);
  });

  it('used before with other params, with 422 IDEMPOTENCY_KEY_REUSED', async () => {
    expectRefusal(await post(valid, { 'idempotency-key': 'taken' }), [422, 'IDEMPOTENCY_KEY_REUSED']);
  });
});

describe('a request is refused with 400 REQUEST_INVALID', () => {
  it.each([
    ['whose request id is no UUID', { 'do-request-id': 'seven' }, ''],
    ['whose first sending is no date', { 'repeatability-first-sent': 'yesterday' }, ''],
    ['that asks for version 0', {}, '?version=0'],
    ['that asks for two versions', {}, '?version=1&version=2'],
  ])('%s', async (_what, headers, query) => {
    expectRefusal(await post(valid, headers, PATH + query), [400, 'REQUEST_INVALID']);
  });
});

describe('a question is refused with 404 NOT_FOUND', () => {
  it.each(['exe_nothing', `exe_${'0'.repeat(32)}-1`, '%00', '..%2f..%2fetc'])(
    'about the execution %s',
    async (id) => {
      for (const part of ['', 'events', 'attach'] as const)
        expectRefusal(await one.caller.ask(id, part), [404, 'NOT_FOUND']);
    },
  );

  it('at a path that does not exist', async () => {
    expectRefusal(await one.caller.send('/v2/actions', { headers: one.caller.authorization }), [
      404,
      'NOT_FOUND',
    ]);
  });
});

describe('all these refusals', () => {
  it('called no handler and appended nothing to any action stream', async () => {
    expect(refusals).toBeGreaterThan(50);
    expect(one.ledger().map(({ id }) => id)).toEqual(['first']);
    expect(await one.platform.stop()).toBe(0);
    const store = await openEmbeddedEventStore({ folder: join(one.dataDir, 'log') });
    try {
      const types: string[] = [];
      for await (const { type } of store.readAll({ streamPrefixes: [ACTION_STREAM_PREFIX] }))
        types.push(type);
      expect(types).toEqual(['ActionRequested', 'ActionStarted', 'ActionSucceeded']);
    } finally {
      await store.close();
    }
  }, 30_000);
});
