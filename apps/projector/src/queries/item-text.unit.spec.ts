import { ActionsQuery, CatalogueVersion, gatewaySubjects, listOf, TenantName } from '@action-do/contracts';
import { InMemoryEventStore } from '@action-do/event-store';
import { InProcessBus } from '@action-do/messaging';
import { until } from '@action-do/test-support';
import { type ActionRow, type ExecutionRow, ViewsUnavailable } from '@action-do/views';
import { systemClock } from '../ports.js';
import { ACME, listeningLog } from '../testing/follower-world.contract.js';
import { MemoryViews } from '../testing/memory-views.contract.js';
import { executionText } from './item-text.js';
import { actionsPage, PAGE_BYTES_MAX } from './list-page.js';
import { PAGE_WANTED_MS, PAGES_AT_ONCE_MAX, PAGES_WAITING_MAX } from './queries.js';
import { readQuery } from './read-question.js';
import { startQueries } from './start-queries.js';

const unknown = (attempts: number): ExecutionRow => ({
  ...{
    executionId: 'exe_1-1',
    tenant: 'default',
    stream: 'action-default.1',
    action: 'pay',
    actionVersion: 1,
  },
  ...{
    status: 'unknown',
    effect: 'unknown',
    generation: 1,
    attempts,
    idempotencyKey: 'k',
    keyDerived: false,
  },
  ...{ actorType: 'user', actorId: 'ada', correlationId: null, workflowRun: null, step: null },
  ...{ requestedAtMs: 1, startedAtMs: null, endedAtMs: null, nextAttemptAtMs: null, errorCode: 'INTERNAL' },
  ...{ error: '{"code":"INTERNAL","message":"restored"}', params: '{}', result: null },
  ...{ firstPosition: 1n, position: 2n },
});

it.each([
  [0, 'The log knows of no attempt'],
  [2, 'Attempt 2 was begun'],
])('an unknown execution is told to have begun what the log has: %i attempts', (attempts, said) => {
  expect(JSON.parse(executionText(unknown(attempts), 'log')).error.detail).toBe(
    `${said}, and nobody can say whether its effect happened: restored.`,
  );
});

describe('the list of actions', () => {
  const log = new InMemoryEventStore({ logId: 'k7wq' });
  let views: MemoryViews;
  beforeEach(() => {
    views = new MemoryViews();
  });
  const policy =
    '{"effects":"none","retry":{"attemptsMax":1,"initialDelayMs":0,"delayMsMax":0,"factor":1.0},"attemptTimeoutMs":1,"deadlineMs":1,"idempotency":{"mode":"none","windowMs":"forever","perVersion":false,"reopen":"never"}}';
  const row = (name: string, version: number, over: Partial<ActionRow> = {}): void => {
    views.actionRows.set(`${name} ${version}`, {
      ...{ tenant: 'acme', action: name, version, description: 'Pays.', policy },
      ...{ paramsJsonSchema: '{"b": 1.0,  "1":"x"}', resultJsonSchema: '{}', hasProbe: true, hasUndo: false },
      ...{ target: 'http', url: 'https://pay.example.com/', digest: 'ab', indexedPaths: [], position: 1n },
      ...{ registeredAtMs: 1_000, registeredByType: 'api_key', registeredById: 'ann' },
      ...{ retiredAtMs: null, retiredByType: null, retiredById: null, retiredBecause: null },
      ...{ successorAction: null, successorVersion: null },
      ...over,
    });
  };
  const page = async (query: object = {}) => {
    const asked = ActionsQuery.parse(query);
    const text = new TextDecoder().decode(await actionsPage({ views, log }, ACME, asked));
    return { text, ...listOf(CatalogueVersion).parse(JSON.parse(text)) };
  };

  it('is what the contract says, schemas byte for byte, and says nothing of who performs: only executors know', async () => {
    const retired = {
      retiredAtMs: 2_000,
      retiredByType: 'api_key',
      retiredById: 'bob',
      retiredBecause: 'old',
    };
    row('pay', 1, { ...retired, successorAction: 'pay', successorVersion: 2 });
    row('pay', 2);
    const { text, items, position, lagEvents } = await page();
    expect([position, lagEvents]).toEqual(['k7wq-0', '0']);
    expect(text).toContain(
      `"policy":${policy},"paramsJsonSchema":{"b": 1.0,  "1":"x"},"resultJsonSchema":{}}`,
    );
    const [two, one] = items;
    expect(one).toMatchObject({
      status: 'retired',
      retiredAt: '1970-01-01T00:00:02.000Z',
      retiredBy: { type: 'api_key', id: 'bob' },
      retiredBecause: 'old',
      successor: { name: 'pay', version: 2 },
    });
    expect(two).toMatchObject({
      name: 'pay',
      version: 2,
      status: 'offered',
      url: 'https://pay.example.com/',
      registeredAt: '1970-01-01T00:00:01.000Z',
      registeredBy: { type: 'api_key', id: 'ann' },
      retiredAt: null,
      retiredBy: null,
      retiredBecause: null,
      successor: null,
      handlers: 'unknown',
    });
  });

  it('is cut where it would not fit the bus, and nothing is lost between the pages', async () => {
    const names = Array.from({ length: 12 }, (_, n) => `pay-${String.fromCharCode(97 + n)}`);
    for (const name of names) row(name, 1, { paramsJsonSchema: JSON.stringify({ x: 'x'.repeat(200_000) }) });

    const seen: string[] = [];
    let cursor: string | null | undefined;
    for (let pages = 0; cursor !== null && pages < names.length; pages += 1) {
      const { text, items, nextCursor } = await page(cursor === undefined ? {} : { cursor });
      expect(text.length).toBeLessThan(PAGE_BYTES_MAX + 1_000);
      expect(items.length).toBeGreaterThan(1);
      seen.push(...items.map(({ name }) => name));
      cursor = nextCursor;
    }
    expect(seen).toEqual(names);
  });

  it.each<[string, object, string]>([
    ['an unknown name', { version: ['1'] }, 'version'],
    ['a status that there is not', { status: ['open'] }, 'status'],
    ['a target that there is not', { target: ['nats'] }, 'target'],
  ])('by %s is refused with REQUEST_INVALID', (_, query, named) => {
    const reading = () => readQuery(new TextEncoder().encode(JSON.stringify(query)), ActionsQuery);
    expect(reading).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ code: 'REQUEST_INVALID' }) }),
    );
    expect(reading).toThrow(named);
  });
});

describe('lists that are asked for at once', () => {
  /** Lists of a projector whose views answer when they are let, and how many asked them. */
  async function heldLists(nowMs = () => systemClock.nowMs()) {
    const log = new InMemoryEventStore({ logId: 'k7wq' });
    const bus = new InProcessBus();
    const views = new MemoryViews();
    const clock = { ...systemClock, nowMs };
    const app = await startQueries({ views, log, bus, clock, logger: listeningLog().logger });
    const ask = async (tenant = ACME): Promise<{ code?: string; items?: unknown[] }> => {
      const subject = gatewaySubjects.list(tenant, 'action');
      const { payload } = await bus.request(subject, new TextEncoder().encode('{}'), { timeoutMs: 10_000 });
      return JSON.parse(new TextDecoder().decode(payload));
    };
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const made = { running: 0, most: 0, all: 0 };
    const catalogue = views.catalogue.bind(views);
    views.catalogue = async (...query) => {
      made.running += 1;
      made.all += 1;
      made.most = Math.max(made.most, made.running);
      await released;
      made.running -= 1;
      return catalogue(...query);
    };
    const close = async (): Promise<void> => {
      await app.close();
      await bus.close();
    };
    return { views, ask, release: () => release(), made, close };
  }

  it('are made a few at a time: the others wait, those beyond are told to come again, and nobody keeps another out', async () => {
    const { views, ask, release, made, close } = await heldLists();
    const other = TenantName.parse('other');
    const taken = Array.from({ length: PAGES_AT_ONCE_MAX - 1 + PAGES_WAITING_MAX }, () => ask());
    await until('as many as one tenant may have are made', () => made.running === PAGES_AT_ONCE_MAX - 1);
    expect(await ask()).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 1_000 });
    const others = [ask(other), ask(other)];
    await until('as many as may be are made', () => made.running === PAGES_AT_ONCE_MAX);
    expect(await taken.at(-1)).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 1_000 });
    release();
    for (const { items } of await Promise.all([...others, ...taken.slice(0, -1)])) expect(items).toEqual([]);
    expect(made.most).toBe(PAGES_AT_ONCE_MAX);

    views.failure = new ViewsUnavailable('memory', 'away');
    for (let failed = 0; failed < PAGES_AT_ONCE_MAX; failed += 1)
      expect(await ask()).toMatchObject({ code: 'UNAVAILABLE' });
    views.failure = undefined;
    expect(await ask()).toMatchObject({ items: [] });
    await close();
  });

  it('are not made where the turn comes when nobody waits for them any more', async () => {
    let nowMs = 0;
    let asked = 0;
    const { ask, release, made, close } = await heldLists(() => {
      asked += 1;
      return nowMs;
    });
    const taken = Array.from({ length: PAGES_AT_ONCE_MAX }, () => ask());
    await until('all are asked for', () => asked === PAGES_AT_ONCE_MAX);
    nowMs = PAGE_WANTED_MS;
    release();
    expect(await taken.pop()).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 1_000 });
    for (const { items } of await Promise.all(taken)) expect(items).toEqual([]);
    expect(made.all).toBe(PAGES_AT_ONCE_MAX - 1);
    await close();
  });
});
