import { clientSubjects, HEADERS, INPUT_LIMITS, parseApiKey, TenantName } from '@action-do/contracts';
import { StoreUnavailable } from '@action-do/event-store';
import { makeApiKey } from '../access/api-key-secret.js';
import { action } from '../testing/one-executor.contract.js';
import { checkTyped, ServedExecutor } from '../testing/served-executor.contract.js';
import { TENANT } from '../testing/sim-executors.contract.js';

const OTHER = TenantName.parse('other');
const BODY = { params: { id: 'a' } };
let calls = 0;
let served: ServedExecutor;
beforeEach(async () => {
  calls = 0;
  served = await ServedExecutor.start([action('pay', () => ++calls)]);
});
afterEach(() => served.close());

const keyId = () => parseApiKey(served.made.key)?.keyId;
const recorded = async () => {
  const events = [];
  for await (const event of served.store.readAll({ streamPrefixes: ['action-'] })) events.push(event);
  return events;
};

describe('a client on the bus with a key', () => {
  it('executes, and asks about what was done, with the answers that callers over HTTP get', async () => {
    const first = await served.execute(BODY, { [HEADERS.idempotencyKey]: 'k1' });
    expect(first).toMatchObject({ how: 'executed', json: { result: 1 } });
    expect(first.reply.headers).toMatchObject({
      [HEADERS.idempotencyKey]: '"k1"',
      [HEADERS.shouldRetry]: 'false',
      [HEADERS.idempotencyGeneration]: '1',
    });
    expect(await served.execute(BODY, { [HEADERS.idempotencyKey]: 'k1' })).toMatchObject({ how: 'replayed' });
    const ask = (verb: 'get' | 'events' | 'attach') =>
      served.ask(clientSubjects.execution(TENANT, verb), { id: first.id });
    expect((await ask('get')).json).toMatchObject({ result: 1, execution: { status: 'succeeded' } });
    expect(await ask('attach')).toMatchObject({ how: 'replayed', json: { result: 1 } });
    expect((await ask('events')).json).toMatchObject({ items: [{ type: 'ActionRequested' }, {}, {}] });
  });

  it('is the actor, whatever its headers say: only the key counts', async () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    await served.execute(BODY, {
      [HEADERS.actorId]: 'root',
      [HEADERS.actorType]: 'system',
      [HEADERS.credentialId]: 'root',
      [HEADERS.channel]: 'http',
      [HEADERS.gateway]: 'g1',
      [HEADERS.userAgent]: 'x',
      [HEADERS.traceparent]: traceparent,
    });
    const [{ metadata } = { metadata: {} }] = await recorded();
    expect(metadata).toMatchObject({
      actorType: 'api_key',
      actorId: keyId(),
      credentialId: keyId(),
      channel: 'bus',
      traceparent,
    });
    expect(metadata).not.toHaveProperty('gateway');
    expect(metadata).not.toHaveProperty('userAgent');
    const texts = (await recorded()).map((event) => JSON.stringify([event.data, event.metadata]));
    expect(texts.join()).not.toContain(served.made.key);
  });

  it('has no trace recorded that is none', async () => {
    await served.execute(BODY, { [HEADERS.traceparent]: 'x'.repeat(100_000) });
    expect((await recorded())[0]?.metadata).not.toHaveProperty('traceparent');
  });

  it.each<[string, unknown, Record<string, string>, string]>([
    ['a reserved key', BODY, { [HEADERS.idempotencyKey]: 'auto:1' }, 'IDEMPOTENCY_KEY_INVALID'],
    ['two keys', BODY, { 'Idempotency-Key': 'a', 'idempotency-key': 'b' }, 'IDEMPOTENCY_KEY_INVALID'],
    ['a request id that is none', BODY, { [HEADERS.requestId]: '7' }, 'REQUEST_INVALID'],
    ['a date that is none', BODY, { [HEADERS.firstSent]: 'yesterday' }, 'REQUEST_INVALID'],
    ['a wait that is none', BODY, { [HEADERS.timeoutMs]: 'long' }, 'REQUEST_INVALID'],
    ['params that do not fit', { params: { id: 7 } }, {}, 'PARAMS_INVALID'],
    ['no params', {}, {}, 'BODY_INVALID'],
    ['a member too many', { ...BODY, param: 1 }, {}, 'BODY_INVALID'],
    ['a key twice', new TextEncoder().encode('{"params":{},"params":{}}'), {}, 'BODY_INVALID'],
    ['a prototype key', new TextEncoder().encode('{"params":{"__proto__":{}}}'), {}, 'BODY_INVALID'],
    ['a body too deep', new TextEncoder().encode('['.repeat(40) + ']'.repeat(40)), {}, 'BODY_INVALID'],
    ['a body too large', new Uint8Array(INPUT_LIMITS.bodyBytesMax + 1).fill(32), {}, 'PAYLOAD_TOO_LARGE'],
  ])('that sends %s is refused, and nothing is recorded', async (_, body, headers, code) => {
    const answer = await served.execute(body, headers);
    expect([answer.code, answer.how]).toEqual([code, 'rejected']);
    checkTyped(answer);
    expect([await recorded(), calls]).toEqual([[], 0]);
  });

  it('gets NOT_FOUND for an execution that its tenant does not have', async () => {
    const id = `exe_${'0'.repeat(32)}-1`;
    for (const verb of ['get', 'events', 'attach'] as const)
      expect((await served.ask(clientSubjects.execution(TENANT, verb), { id })).code).toBe('NOT_FOUND');
  });

  it('gets ACTION_UNKNOWN for a name that is none', async () => {
    const answer = await served.ask(`do.v1.cmd.${TENANT}.action.Send_Invoice.execute`, BODY);
    expect([answer.code, answer.json['newKeySafe']]).toEqual(['ACTION_UNKNOWN', true]);
  });

  it('and with params as large as they may be is served', async () => {
    expect((await served.execute({ params: { id: 'x'.repeat(60_000) } })).how).toBe('executed');
  });
});

describe('a client on the bus', () => {
  it.each<[string, (key: string) => string | undefined]>([
    ['no key', () => undefined],
    ['another scheme', (key) => `Basic ${key}`],
    ['two words', (key) => `Bearer ${key} ${key}`],
    ['a key with a typing error', (key) => `Bearer ${key.slice(0, -1)}${key.endsWith('x') ? 'y' : 'x'}`],
    ['an unknown key', () => `Bearer ${makeApiKey(TENANT).key}`],
    ['an unknown key of another tenant', () => `Bearer ${makeApiKey(OTHER).key}`],
  ])('with %s is UNAUTHENTICATED on every subject', async (_, given) => {
    const authorization = given(served.made.key);
    const headers = authorization === undefined ? {} : { [HEADERS.authorization]: authorization };
    for (const subject of [
      'do.v1.cmd.default.action.pay.execute',
      'do.v1.cmd.default.execution.get',
      'do.v1.cmd.default.execution.events',
      'do.v1.cmd.default.execution.attach',
      'do.v1.cmd.default.registry.register',
    ]) {
      const answer = await served.ask(subject, BODY, headers);
      expect(answer.code).toBe('UNAUTHENTICATED');
      expect(answer.json).not.toHaveProperty('newKeySafe');
      expect(JSON.stringify(answer.json)).not.toContain(served.made.key);
      checkTyped(answer);
    }
    expect([await recorded(), calls]).toEqual([[], 0]);
  });

  it('with two keys in two spellings of the header is UNAUTHENTICATED', async () => {
    const good = `Bearer ${served.made.key}`;
    const headers = { Authorization: good, authorization: `Bearer ${makeApiKey(TENANT).key}` };
    expect((await served.ask('do.v1.cmd.default.action.pay.execute', BODY, headers)).code).toBe(
      'UNAUTHENTICATED',
    );
  });

  it('with a key of another tenant than the subject’s is FORBIDDEN, and nothing is looked up for it', async () => {
    const { key } = makeApiKey(OTHER);
    await served.addKey(key);
    const headers = { [HEADERS.authorization]: `bearer ${key}` };
    for (const subject of [
      'do.v1.cmd.default.action.pay.execute',
      'do.v1.cmd.default.execution.get',
      'do.v1.cmd.default.registry.register',
    ]) {
      const answer = await served.ask(subject, BODY, headers);
      expect(answer.code).toBe('FORBIDDEN');
      expect(answer.json).not.toHaveProperty('newKeySafe');
    }
    expect((await served.ask('do.v1.cmd.other.action.pay.execute', BODY, headers)).how).toBe('executed');
  });

  it('while the log is away is UNAVAILABLE, never UNAUTHENTICATED', async () => {
    const readStream = served.store.readStream.bind(served.store);
    served.store.readStream = () => {
      throw new StoreUnavailable('away');
    };
    expect((await served.execute(BODY)).code).toBe('UNAVAILABLE');
    served.store.readStream = readStream;
    expect((await served.execute(BODY)).how).toBe('executed');
  });
});
