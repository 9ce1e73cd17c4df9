import { createHash } from 'node:crypto';
import {
  AuditEvent,
  apiKeyChecksum,
  clientSubjects,
  type ErrorCode,
  gatewaySubjects,
  HEADERS,
  ListedExecution,
  listOf,
  Problem,
  systemSubjects,
  type TenantName,
} from '@action-do/contracts';
import { InMemoryEventStore } from '@action-do/event-store';
import { type BusReply, header, InProcessBus } from '@action-do/messaging';
import { CursorInvalid, ViewsTooOld, ViewsUnavailable } from '@action-do/views';
import fc from 'fast-check';
import { systemClock } from '../ports.js';
import { ACME, listeningLog } from '../testing/follower-world.contract.js';
import { history } from '../testing/histories.contract.js';
import { MemoryViews } from '../testing/memory-views.contract.js';
import { projectAll } from '../testing/project-all.contract.js';
import { PAGE_BYTES_MAX } from './list-page.js';
import { startQueries } from './start-queries.js';

const LIST = gatewaySubjects.list(ACME, 'execution');
const AUDIT = gatewaySubjects.list(ACME, 'audit');
const secret = '0123456789abcdefghijklmnopqrstuv';
const keyOf = (tenant: string): string => {
  const body = `do_live_${tenant}-a1b2c3d4e5f6_${secret}`;
  return body + apiKeyChecksum(body);
};
const encode = (body: unknown): Uint8Array =>
  new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
const textOf = ({ payload }: BusReply): string => new TextDecoder().decode(payload);

let bus: InProcessBus;
let log: InMemoryEventStore;
let views: MemoryViews;
let app: { close(): Promise<void> };
const { told, logger } = listeningLog();

/** Views with a whole random log in them, and the log itself as long as they say. */
async function start(given: MemoryViews, head = 0): Promise<void> {
  views = given;
  log = new InMemoryEventStore({ logId: 'k7wq' });
  const filler = Array.from({ length: head }, (_, n) => ({
    id: `10000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    type: 'Filler',
    data: {},
    metadata: {},
  }));
  if (head > 0) await log.append('audit-acme.filler', filler, 'no-stream');
  bus = new InProcessBus();
  app = await startQueries({ views, log, bus, clock: systemClock, logger });
}

const sample = async (): Promise<{ views: MemoryViews; head: number }> => {
  const [events = []] = fc.sample(
    history.filter(
      (all) =>
        all.some(({ type }) => type === 'ActionSucceeded') && all.some(({ type }) => type === 'ActionFailed'),
    ),
    { numRuns: 1, seed: 11 },
  );
  return { views: (await projectAll([events])).views, head: events.length };
};

beforeEach(async () => {
  const { views: filled, head } = await sample();
  await start(filled, head);
});
afterEach(async () => {
  await app.close();
  await bus.close();
});

const ask = (subject: string, body: unknown, headers: Record<string, string> = {}): Promise<BusReply> =>
  bus.request(subject, encode(body), { timeoutMs: 10_000, headers });

async function problemOf(reply: Promise<BusReply>): Promise<Problem> {
  const answer = await reply;
  const found = Problem.parse(JSON.parse(textOf(answer)));
  expect(header(answer.headers, HEADERS.errorCode)).toBe(found.code);
  return found;
}
const expectRefusal = async (reply: Promise<BusReply>, code: ErrorCode, detail: RegExp): Promise<void> => {
  expect(await problemOf(reply)).toMatchObject({ code, detail: expect.stringMatching(detail) });
};

describe('a list', () => {
  it('of executions is what the contract says, newest first, with position and lag', async () => {
    const page = listOf(ListedExecution).parse(JSON.parse(textOf(await ask(LIST, {}))));
    expect(page.items).toHaveLength(views.executionRows.size);
    expect(page.position).toBe(`k7wq-${views.audit.size}`);
    expect(page.lagEvents).toBe('0');
    expect(page.nextCursor).toBeNull();
    expect(
      page.items
        .filter(({ status }) => status === 'failed' || status === 'cancelled')
        .every(({ error }) => error),
    ).toBe(true);
    await log.append(
      'audit-acme.more',
      [{ id: '20000000-0000-4000-8000-000000000000', type: 'A', data: {}, metadata: {} }],
      'no-stream',
    );
    expect(JSON.parse(textOf(await ask(LIST, {}))).lagEvents).toBe('1');
  });

  it('of audit events is what the contract says, with the record', async () => {
    const page = listOf(AuditEvent).parse(JSON.parse(textOf(await ask(AUDIT, { limit: 500 }))));
    expect(page.items).toHaveLength(views.audit.size);
    expect(page.items[0]?.record?.['actorType']).toBe('api_key');
  });

  it('goes on at nextCursor until nothing is left', async () => {
    const ids: string[] = [];
    let cursor: string | undefined;
    for (let pages = 0; pages < 500; pages += 1) {
      const page = JSON.parse(textOf(await ask(AUDIT, { limit: 7, ...(cursor ? { cursor } : {}) })));
      ids.push(...page.items.map(({ eventId }: { eventId: string }) => eventId));
      cursor = page.nextCursor ?? undefined;
      if (cursor === undefined) break;
    }
    expect(ids).toEqual([...views.audit.values()].map(({ eventId }) => eventId).reverse());
  });

  it('gives stored texts byte for byte: neither order, nor spacing, nor digits change', async () => {
    const params = '{"b": 1.0,  "1":"x","a":1e2, "ü":"\\u00fc"}';
    const result = '[ 1.10, null ]';
    const [row] = views.executionRows.values();
    if (row === undefined) throw new Error('no row');
    views.executionRows.clear();
    views.executionRows.set(row.executionId, { ...row, params, result });
    const text = textOf(await ask(LIST, {}));
    expect(text).toContain(`"params":${params},"result":${result}}`);
    const [event] = views.audit.values();
    if (event === undefined) throw new Error('no event');
    const record = '{"b":"1", "a":"2"}';
    views.audit.set(event.position, { ...event, data: params, record });
    expect(textOf(await ask(AUDIT, { limit: 500 }))).toContain(`"data":${params},"record":${record}}`);
  });

  it('is cut where it would not fit the bus, and nothing is lost between the pages', async () => {
    const [row] = views.executionRows.values();
    if (row === undefined) throw new Error('no row');
    views.executionRows.clear();
    for (let n = 0; n < 20; n += 1) {
      const executionId = `exe_${String(n).padStart(32, '0')}-1`;
      const params = JSON.stringify({ text: 'x'.repeat(100_000) });
      views.executionRows.set(executionId, { ...row, executionId, params, firstPosition: BigInt(n + 1) });
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const text = textOf(await ask(LIST, cursor ? { cursor } : {}));
      expect(text.length).toBeLessThan(PAGE_BYTES_MAX + 1_000);
      const page = JSON.parse(text);
      expect(page.items.length).toBeGreaterThan(0);
      seen.push(...page.items.map(({ id }: { id: string }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined && seen.length < 50);
    expect(seen).toEqual([...views.executionRows.keys()].reverse());
  });

  it('with one item that no message can carry is refused with PAYLOAD_TOO_LARGE, which says what to do', async () => {
    const [row] = views.executionRows.values();
    if (row === undefined) throw new Error('no row');
    views.executionRows.clear();
    views.executionRows.set(row.executionId, { ...row, params: JSON.stringify('x'.repeat(1_200_000)) });
    await expectRefusal(ask(LIST, {}), 'PAYLOAD_TOO_LARGE', /by its execution id/);
  });

  it('that names one action and a key says which execution answers for it', async () => {
    const [row] = views.keys.values();
    if (row === undefined) throw new Error('no key');
    const query = { action: [row.action], key: row.idempotencyKey };
    const page = listOf(ListedExecution).parse(JSON.parse(textOf(await ask(LIST, query))));
    expect(page.idempotency).toMatchObject([
      { key: row.idempotencyKey, executionId: row.executionId, status: row.status },
    ]);
    expect(JSON.parse(textOf(await ask(LIST, { key: 'k' })))).not.toHaveProperty('idempotency');
    expect(JSON.parse(textOf(await ask(LIST, { action: ['a', 'b'], key: 'k' })))).not.toHaveProperty(
      'idempotency',
    );
  });
});

describe('a question', () => {
  it.each<[string, unknown, ErrorCode, RegExp]>([
    ['that is no JSON', '{', 'BODY_INVALID', /byte/],
    ['that is no object', '[]', 'BODY_INVALID', /one JSON object/],
    ['with a member twice', '{"limit":1,"limit":2}', 'BODY_INVALID', /limit/],
    ['with an unknown name', { colour: ['red'] }, 'REQUEST_INVALID', /colour/],
    ['with a limit over the limit', { limit: 501 }, 'REQUEST_INVALID', /limit/],
    ['that is too large', `{"key":"${'x'.repeat(300_000)}"}`, 'PAYLOAD_TOO_LARGE', /bytes/],
  ])('%s is refused', async (_, body, code, detail) => {
    await expectRefusal(ask(LIST, body), code, detail);
  });

  it('with a foreign cursor is refused with REQUEST_INVALID', async () => {
    await expectRefusal(ask(LIST, { cursor: 'x' }), 'REQUEST_INVALID', /cursor/);
    views.failure = new CursorInvalid();
    await expectRefusal(ask(LIST, { cursor: 'x.k7wq' }), 'REQUEST_INVALID', /cursor/);
  });

  it('with a cursor of another log is refused with POSITION_FOREIGN, and told where to begin', async () => {
    const { nextCursor } = JSON.parse(textOf(await ask(LIST, { limit: 1 })));
    expect(nextCursor).toMatch(/^[\w-]+\.k7wq$/);
    const before = nextCursor.replace(/k7wq$/, 'b7wq');
    await expectRefusal(ask(LIST, { cursor: before }), 'POSITION_FOREIGN', /another log .* first page/);
  });

  it('while the views are away is answered with UNAVAILABLE, to be repeated', async () => {
    for (const failure of [new ViewsUnavailable('memory', 'away'), new ViewsTooOld('memory', 3, 4)]) {
      views.failure = failure;
      const found = await problemOf(ask(gatewaySubjects.list(ACME, 'action'), {}));
      expect(found).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 1_000, retryable: true });
    }
  });

  it('while the first views are built is answered with UNAVAILABLE, and empty only where the log is', async () => {
    const startWith = async (live: boolean, head: number): Promise<void> => {
      await app.close();
      await bus.close();
      await start(Object.assign(new MemoryViews(), { live }), head);
    };
    await startWith(false, 3);
    expect(await problemOf(ask(LIST, {}))).toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
      detail: expect.stringContaining('being built'),
    });
    await startWith(false, 0);
    expect(JSON.parse(textOf(await ask(LIST, {})))).toMatchObject({ items: [], lagEvents: '0' });
    // Live, and the first event is not in them yet: that is lag.
    await startWith(true, 1);
    expect(JSON.parse(textOf(await ask(LIST, {})))).toMatchObject({ items: [], lagEvents: '1' });
  });

  it('that ends in an error of ours is answered with INTERNAL, tells nothing of it, and is logged', async () => {
    views.failure = new Error('secret');
    const found = await problemOf(ask(LIST, {}));
    expect(found.code).toBe('INTERNAL');
    expect(JSON.stringify(found)).not.toContain('secret');
    expect(told.at(-1)).toMatchObject({ level: 'error' });
  });

  it('while the log is away is answered with UNAVAILABLE', async () => {
    await log.close();
    await expectRefusal(ask(LIST, {}), 'UNAVAILABLE', /event log/);
  });
});

describe('Do-Min-Position', () => {
  const at = (position: string, timeoutMs = 5_000) => ({
    [HEADERS.minPosition]: position,
    [HEADERS.timeoutMs]: String(timeoutMs),
  });

  it('is answered at once where the views have reached it', async () => {
    expect(JSON.parse(textOf(await ask(LIST, {}, at(`k7wq-${views.audit.size}`, 0))))).toHaveProperty(
      'items',
    );
  });

  it('waits for the views, and says UNAVAILABLE when the time is over', async () => {
    const next = views.audit.size + 1;
    expect(await problemOf(ask(LIST, {}, at(`k7wq-${next}`, 50)))).toMatchObject({
      code: 'UNAVAILABLE',
      retryAfterMs: 1_000,
    });
    const waiting = ask(LIST, {}, at(`k7wq-${next}`));
    const checkpoint = { logId: 'k7wq', position: BigInt(next) };
    setTimeout(() => {
      views.checkpoint = async () => checkpoint;
    }, 30);
    expect(JSON.parse(textOf(await waiting))).toHaveProperty('items');
  });

  it('of another log is refused with POSITION_FOREIGN, and one that is none with REQUEST_INVALID', async () => {
    await expectRefusal(ask(LIST, {}, at('other-1')), 'POSITION_FOREIGN', /belongs to another log/);
    await expectRefusal(ask(LIST, {}, at('one')), 'REQUEST_INVALID', /must be a position/);
    const headers = { ...at('k7wq-1'), [HEADERS.timeoutMs]: 'long' };
    await expectRefusal(ask(LIST, {}, headers), 'REQUEST_INVALID', /whole milliseconds/);
  });
});

describe('a client on the bus', () => {
  const CLIENT = clientSubjects.list(ACME, 'execution');
  const bearer = (key: string) => ({ [HEADERS.authorization]: `Bearer ${key}` });
  let lookups = 0;

  const knowKeys = (...keys: string[]): void => {
    lookups = 0;
    bus.subscribe(systemSubjects.accessLookup, (message) => {
      lookups += 1;
      const { keyId } = JSON.parse(new TextDecoder().decode(message.payload));
      const key = keys.find((known) => known.includes(keyId));
      const digest = key && createHash('sha256').update(key).digest('hex');
      message.respond(encode(digest ? { keyId, digest, name: 'first' } : null));
    });
  };

  it('with a key of the tenant is answered as a gateway is, and the key is looked up once a second', async () => {
    knowKeys(keyOf('acme'));
    const answer = await ask(CLIENT, {}, bearer(keyOf('acme')));
    expect(textOf(answer)).toBe(textOf(await ask(LIST, {})));
    for (const list of ['audit', 'action'] as const) {
      const found = await ask(clientSubjects.list(ACME, list), {}, bearer(keyOf('acme')));
      expect(textOf(found)).toBe(textOf(await ask(gatewaySubjects.list(ACME, list), {})));
    }
    expect(lookups).toBe(1);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['without a key', {}, /is missing/],
    ['with something else than a key', { [HEADERS.authorization]: 'Basic abc' }, /must be Bearer/],
    ['with a key that is none', bearer('do_live_x'), /not valid/],
    [
      'with two keys',
      { Authorization: `Bearer ${keyOf('acme')}`, authorization: 'Bearer x' },
      /more than once/,
    ],
    ['with an unknown key', bearer(keyOf('other')), /not valid/],
  ])('%s is UNAUTHENTICATED, whatever is in the body', async (_, headers, detail) => {
    knowKeys(keyOf('acme'));
    await expectRefusal(ask(CLIENT, '{', headers), 'UNAUTHENTICATED', detail);
  });

  it('with another secret under a known id is UNAUTHENTICATED', async () => {
    knowKeys(keyOf('acme').replace(secret, secret.replace('0', '9')));
    await expectRefusal(ask(CLIENT, {}, bearer(keyOf('acme'))), 'UNAUTHENTICATED', /not valid/);
  });

  it('with a key of another tenant is FORBIDDEN', async () => {
    knowKeys(keyOf('other'));
    await expectRefusal(ask(CLIENT, {}, bearer(keyOf('other'))), 'FORBIDDEN', /of tenant other/);
    const nobodys = clientSubjects.list('nobody' as TenantName, 'execution');
    await expectRefusal(ask(nobodys, {}, bearer(keyOf('other'))), 'FORBIDDEN', /names another one/);
  });

  it('is told UNAVAILABLE where no executor can check the key', async () => {
    await expectRefusal(ask(CLIENT, {}, bearer(keyOf('acme'))), 'UNAVAILABLE', /No executor answers/);
  });
});
