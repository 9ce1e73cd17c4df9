import { actionStream, tenantStream } from '@action-do/contracts';
import { InMemoryEventStore, type JsonObject, type RecordedEvent } from '@action-do/event-store';
import fc from 'fast-check';
import { Knowledge } from '../follow/knowledge.js';
import { writeBatch } from '../follow/write-batch.js';
import { history, LOG_ID, scopeOf, TENANT } from '../testing/histories.contract.js';
import { MemoryViews } from '../testing/memory-views.contract.js';
import { projectAll } from '../testing/project-all.contract.js';

const event = (
  streamId: string,
  type: string,
  data: JsonObject,
  position = 1n,
  revision = 0n,
): RecordedEvent => ({
  id: `00000000-0000-4000-8000-${String(position).padStart(12, '0')}`,
  type,
  data,
  metadata: { occurredAt: '2026-01-31T12:00:00.000Z' },
  streamId,
  revision,
  position,
  createdAtMs: 5,
});

const registered = (position: bigint, revision: bigint, paramsJsonSchema: JsonObject): RecordedEvent => {
  const contract = {
    name: 'send-invoice',
    version: 1,
    description: '',
    policy: {
      effects: 'none',
      retry: { attemptsMax: 1, initialDelayMs: 0, delayMsMax: 0, factor: 1 },
      attemptTimeoutMs: 1,
      deadlineMs: 1,
      idempotency: { mode: 'none', windowMs: 'forever', perVersion: false, reopen: 'never' },
    },
    paramsJsonSchema,
    resultJsonSchema: { properties: { b: { type: 'integer', indexed: true } } },
    hasProbe: false,
  };
  const data = { contract, target: 'bus', digest: 'ab', atMs: 1 };
  return event(`registry-${TENANT}.send-invoice`, 'ActionRegistered', data, position, revision);
};

const retired = (position: bigint, revision: bigint, data: JsonObject = {}): RecordedEvent =>
  event(
    `registry-${TENANT}.send-invoice`,
    'ActionRetired',
    {
      name: 'send-invoice',
      version: 1,
      successor: { name: 'send-invoice', version: 2 },
      reason: 'too dear',
      atMs: 9,
      ...data,
    },
    position,
    revision,
  );

const indexed = (...names: string[]): JsonObject => ({
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string', indexed: true }])),
});

/** A short history of key 0, whose version is 1, from position 3 on. */
function someHistory(): RecordedEvent[] {
  const [log = []] = fc.sample(
    history.filter((all) =>
      all.some(
        ({ streamId, type }) => streamId === actionStream(TENANT, scopeOf(0)) && type === 'ActionSucceeded',
      ),
    ),
    { numRuns: 1, seed: 7 },
  );
  return log
    .filter(({ streamId }) => streamId === actionStream(TENANT, scopeOf(0)))
    .map((recorded, index) => ({ ...recorded, position: BigInt(index) + 3n }));
}

describe('a batch', () => {
  it('shows of a key everything but its digest, and of a tenant nothing of its pepper', async () => {
    const { views } = await projectAll([
      [
        event(
          `access-${TENANT}.acme-1`,
          'KeyCreated',
          { keyId: 'acme-1', digest: 'secret', name: 'first' },
          1n,
        ),
        event(tenantStream(TENANT), 'TenantCreated', { pepperWrapped: 'secret' }, 2n),
        event(tenantStream(TENANT), 'LogRestored', { reason: 'the disk died' }, 3n),
      ],
    ]);
    const rows = [...views.audit.values()];
    expect(rows.map(({ data }) => data)).toEqual([
      '{"keyId":"acme-1","name":"first"}',
      '{}',
      '{"reason":"the disk died"}',
    ]);
    expect(
      rows.map(({ tenant, action, executionId, status }) => [tenant, action, executionId, status]),
    ).toEqual([
      [TENANT, null, null, null],
      [TENANT, null, null, null],
      [TENANT, null, null, null],
    ]);
    expect(rows[0]?.occurredAtMs).toBe(Date.parse('2026-01-31T12:00:00Z'));
  });

  it('passes over what it cannot read: unknown types, foreign shapes, histories that cannot be', async () => {
    const stream = actionStream(TENANT, scopeOf(1));
    const strange = [
      event(stream, 'ActionPaused', {}, 1n, 0n),
      event(stream, 'ActionStarted', { attempt: 'one' }, 2n, 1n),
      event(stream, 'ActionStarted', { attempt: 1, executor: 'e', atMs: 1 }, 3n, 2n),
      event('action-of-nobody', 'ActionStarted', {}, 4n, 0n),
      event(`registry-${TENANT}.a`, 'ActionRegistered', { contract: 1 }, 5n, 0n),
    ];
    const { views, passedOver } = await projectAll([strange]);
    expect(views.audit.size).toBe(5);
    expect(views.executionRows.size).toBe(0);
    expect(passedOver.map(({ event: { position } }) => position)).toEqual([1n, 2n, 3n, 5n]);
    expect(passedOver[2]?.why).toMatch(/corrupt history/);
  });

  it('goes on with a stream behind an event that it passed over', async () => {
    const log = someHistory();
    const [first, ...rest] = log;
    if (first === undefined) throw new Error('no history');
    const moved = rest.map((one) => ({ ...one, revision: one.revision + 1n, position: one.position + 1n }));
    const strange = event(first.streamId, 'ActionPaused', {}, 4n, 1n);
    const { views } = await projectAll([[first, strange], moved]);
    const { views: plain } = await projectAll([log]);
    const statuses = (all: typeof views) => [...all.executionRows.values()].map(({ status }) => status);
    expect(statuses(views)).toEqual(statuses(plain));
  });

  it('keeps the values of indexed paths, whatever the batch in which the version was registered', async () => {
    const schema = {
      properties: {
        customer: { properties: { id: { indexed: true } } },
        items: { items: { properties: { sku: { indexed: true } } } },
      },
    };
    const log = [registered(1n, 0n, schema), ...someHistory()];
    const { views } = await projectAll([log]);
    const { views: apart } = await projectAll(log.map((one) => [one]));
    const found = [...views.values.values()].map(({ path, value }) => [path, value]);
    expect(found).toContainEqual(['params.customer.id', 'c-0']);
    expect(found).toContainEqual(['params.items[].sku', 'x']);
    expect(apart.rows()).toEqual(views.rows());
    const paths = new Set(found.map(([path]) => path));
    expect(paths).toEqual(new Set(['params.customer.id', 'params.items[].sku', 'result.b']));
    const begins = new Set([...views.executionRows.values()].map(({ firstPosition }) => firstPosition));
    for (const { position } of views.values.values()) expect(begins).toContain(position);
  });

  it('takes no new indexed path from a version registered again: older executions have no rows for it', async () => {
    const { views } = await projectAll([
      [registered(1n, 0n, indexed('a', 'b'))],
      [registered(2n, 1n, indexed('b', 'c'))],
    ]);
    expect([...views.actionRows.values()].map(({ indexedPaths }) => indexedPaths)).toEqual([
      ['params.b', 'result.b'],
    ]);
  });

  it('keeps a row a version: the newest contract, who registered it, and that it was retired', async () => {
    const by = (one: RecordedEvent, actorId: string): RecordedEvent => ({
      ...one,
      metadata: { ...one.metadata, actorType: 'api_key', actorId },
    });
    const url = 'https://pay.example.com/?***';
    const http = { url: 'https://pay.example.com/?key=s3cret', secretWrapped: 's3cret' };
    const served = registered(2n, 1n, indexed('b'));
    const log = [
      by(registered(1n, 0n, indexed('a')), 'ann'),
      by(
        {
          ...served,
          data: { ...served.data, target: 'http', http, atMs: 7 },
        },
        'bob',
      ),
      by(retired(3n, 2n), 'cyd'),
      // For good: what follows is no history that executors write, and to them it is none.
      by(retired(4n, 3n, { successor: null, reason: 'again' }), 'dan'),
      by(registered(5n, 4n, indexed('c')), 'eve'),
    ];
    const { views, passedOver } = await projectAll([log]);
    const { views: apart } = await projectAll(log.map((one) => [one]));
    expect(apart.rows()).toEqual(views.rows());
    const { views: before } = await projectAll([log.slice(0, 2)]);
    expect([...before.actionRows.values()]).toMatchObject([
      {
        tenant: TENANT,
        action: 'send-invoice',
        version: 1,
        paramsJsonSchema: JSON.stringify(indexed('b')),
        policy: expect.stringMatching(/^\{"effects":"none"/),
        hasProbe: false,
        hasUndo: false,
        target: 'http',
        url,
        digest: 'ab',
        registeredAtMs: 7,
        registeredByType: 'api_key',
        registeredById: 'bob',
        retiredAtMs: null,
        successorAction: null,
        position: 2n,
      },
    ]);
    expect([...views.actionRows.values()]).toMatchObject([
      {
        paramsJsonSchema: JSON.stringify(indexed('b')),
        url,
        registeredById: 'bob',
        retiredAtMs: 9,
        retiredById: 'cyd',
        retiredBecause: 'too dear',
        successorAction: 'send-invoice',
        successorVersion: 2,
        position: 3n,
      },
    ]);
    expect(passedOver.map(({ event: { position }, why }) => [position, why])).toEqual([
      [4n, 'send-invoice version 1 is retired a second time'],
      [5n, 'send-invoice version 1 is registered, and was retired for good'],
    ]);
    // What signs the requests to it is in no list, be it wrapped, and no key in its URL.
    expect(views.audit.get(2n)?.data).toContain(url);
    expect(views.audit.get(2n)?.data).not.toContain('s3cret');
  });

  it('keeps of a version between batches what projecting needs, and none of its schemas', async () => {
    const log = new InMemoryEventStore({ logId: LOG_ID });
    const batches = [
      [registered(1n, 0n, indexed('a')), registered(2n, 1n, indexed('a', 'b'))],
      [retired(3n, 2n)],
      [registered(4n, 3n, indexed('c'))],
    ];
    const { views: apart } = await projectAll(batches);
    const kept = {
      tenant: TENANT,
      action: 'send-invoice',
      version: 1,
      indexedPaths: ['params.a', 'result.b'],
    };
    const views = new MemoryViews();
    let knowledge = new Knowledge(log);
    for (const [index, events] of batches.entries()) {
      await writeBatch(LOG_ID, views, knowledge, { events, position: events.at(-1)?.position ?? 0n });
      const retiredAtMs = index === 0 ? null : 9;
      expect(knowledge.action(TENANT, 'send-invoice', 1)).toEqual({ ...kept, retiredAtMs });
      // As after a restart.
      knowledge = new Knowledge(log);
      knowledge.begin(await views.actions());
      expect(knowledge.action(TENANT, 'send-invoice', 1)).toEqual({ ...kept, retiredAtMs });
    }
    expect(views.rows()).toEqual(apart.rows());
  });

  it.each<[string, JsonObject]>([
    ['without its time', { atMs: 'now' }],
    ['of a version that is none', { version: 0 }],
    ['of a version that nobody registered', { version: 2 }],
    ['of an action that nobody registered', { name: 'send-nothing' }],
    ['with a successor that is none', { successor: 'send-invoice' }],
  ])('passes over a retirement %s', async (_, data) => {
    const log = [registered(1n, 0n, {}), retired(2n, 1n, data)];
    const { views, passedOver } = await projectAll([log]);
    expect([...views.actionRows.values()].map(({ retiredAtMs }) => retiredAtMs)).toEqual([null]);
    expect(passedOver.map(({ event: { position } }) => position)).toEqual([2n]);
    expect(views.audit.size).toBe(2);
  });

  it('is refused where the knowledge of a stream has a gap: rows from half a stream would be wrong for ever', async () => {
    const stream = actionStream(TENANT, scopeOf(1));
    const late = event(stream, 'ActionStarted', { attempt: 2, executor: 'e', atMs: 1 }, 9n, 4n);
    await expect(projectAll([[late]])).rejects.toThrow(/known up to revision -1/);
  });

  it('says when an open execution is to be looked at (at once, at its next attempt, or behind its timeout), and who runs it', async () => {
    const log = someHistory();
    const seen = new Set<string>();
    for (let length = 1; length <= log.length; length += 1) {
      const { views } = await projectAll([log.slice(0, length)]);
      const row = [...views.executionRows.values()].at(-1);
      const { dueAtMs: due, executor } = views.open.get(row?.executionId ?? '') ?? {};
      const last = log[length - 1];
      if (executor !== undefined) expect(executor !== null).toBe(row?.status === 'running');
      if (last?.type === 'ActionStarted' && executor) expect(executor).toBe(last.data['executor']);
      if (row?.status === 'pending') expect(due).toBe(row.requestedAtMs);
      else if (row?.status === 'retrying') expect(due).toBe(row.nextAttemptAtMs);
      else if (row?.status === 'running' && last?.type === 'ActionStarted')
        expect(due).toBe(Number(last.data['atMs']) + 5_000 + 1_000);
      else if (last?.type === 'ActionUndoRequested') {
        expect(due).toBe(Number(last.data['atMs']));
        seen.add('an undo');
      } else if (last?.type === 'ActionUndoStarted') {
        expect(due).toBe(Number(last.data['atMs']) + 5_000 + 1_000);
        seen.add('an attempt to undo');
      } else if (last?.type === 'ActionUndoFailed') expect(due ?? null).toBe(last.data['nextAttemptAtMs']);
      else if (last?.type === 'ActionUndone') expect(due).toBeUndefined();
      else if (row?.status === 'succeeded' && last?.type === 'ActionSucceeded') expect(due).toBeUndefined();
      seen.add(row?.status ?? '');
    }
    expect(seen.size).toBeGreaterThan(2);
  });
});
