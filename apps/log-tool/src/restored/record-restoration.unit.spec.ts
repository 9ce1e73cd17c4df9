import { type TenantName, tenantStream } from '@action-do/contracts';
import { AppendUnknown, InMemoryEventStore, StoreUnavailable } from '@action-do/event-store';
import { execution, makeTenant, scopeOf, TENANT } from '../testing/platform-log.contract.js';
import { contentOf } from '../testing/random-logs.contract.js';
import { type RestorationAsked, recordRestoration } from './record-restoration.js';

/** R1 to R3 of record-restoration.ts. */

const NOW = 2_000;
const restore = (
  store: InMemoryEventStore,
  asked: Partial<RestorationAsked> = {},
  tell: (phase: string, done: number, total?: number) => void = () => undefined,
  signal = new AbortController().signal,
) =>
  recordRestoration(
    store,
    { reason: undefined, again: false, ...asked },
    { tell, signal, nowMs: () => NOW, pause: () => Promise.resolve() },
  );

/** Open: 1 to 4, of which 4 is the second doing of its key. */
async function platformLog(): Promise<InMemoryEventStore> {
  const store = new InMemoryEventStore({ logId: 'k7wq' });
  await makeTenant(store);
  await execution(store, 1, ['requested']);
  await execution(store, 2, ['requested', 'started']);
  await execution(store, 3, ['requested', 'started']);
  await execution(store, 4, ['requested', 'started', 'failed', 'again', 'started']);
  await execution(store, 5, ['requested', 'started', 'succeeded']);
  await execution(store, 6, ['requested', 'started', 'unknown']);
  return store;
}

const newest = async (store: InMemoryEventStore, stream: string) => {
  for await (const event of store.readStream(stream, { direction: 'backwards', limit: 1 })) return event;
  throw new Error(`${stream} is empty`);
};
const parkedIn = async (store: InMemoryEventStore): Promise<unknown[]> =>
  (await contentOf(store))
    .filter(({ metadata }) => metadata['channel'] === 'log-restored' && metadata['executionId'])
    .map(({ metadata }) => metadata['executionId'])
    .sort();
const OPEN = [1, 2, 3].map((n) => `exe_${scopeOf(n)}-1`).concat(`exe_${scopeOf(4)}-2`);

describe('a log that was put back from a backup', () => {
  it('says so in the stream of each tenant, behind what is there, and parks what is open as unknown', async () => {
    const store = await platformLog();
    const other = 'acme' as TenantName;
    await makeTenant(store, other);
    await execution(store, 9, ['requested', 'started'], other);
    const before = await contentOf(store);
    const done = await restore(store, { reason: 'the disk died' });
    expect(done).toEqual({
      logId: 'k7wq',
      restoration: expect.stringMatching(/^[0-9a-f-]{36}$/),
      after: `k7wq-${before.length}`,
      events: before.length,
      tenants: [TENANT, other],
      parked: 5,
      undosEnded: 0,
      wentOn: false,
    });
    expect(await parkedIn(store)).toEqual([...OPEN, `exe_${scopeOf(9)}-1`].sort());
    expect((await contentOf(store)).slice(0, before.length)).toEqual(before);
    for (const tenant of [TENANT, other]) {
      const { restoration, after } = done;
      expect(await newest(store, tenantStream(tenant))).toMatchObject({
        type: 'LogRestored',
        revision: 1n,
        data: { restoration, after, reason: 'the disk died', atMs: NOW },
        metadata: { tenant, actorType: 'system' },
      });
    }
  });

  it('tells of a parked execution as of any other: of which, of what attempt, and why', async () => {
    const store = await platformLog();
    await restore(store);
    const stream = `action-default.${scopeOf(4)}`;
    const { type, data, metadata } = await newest(store, stream);
    expect([type, data]).toEqual([
      'ActionOutcomeUnknown',
      {
        attempt: 1,
        error: { code: 'INTERNAL', message: expect.stringMatching(/^restored: /) },
        atMs: NOW,
      },
    ]);
    expect(metadata).toMatchObject({
      recordVersion: '1',
      schemaVersion: '1',
      tenant: 'default',
      executionId: `exe_${scopeOf(4)}-2`,
      generation: '2',
      attempt: '1',
      action: 'send-invoice',
      actionVersion: '2',
      actorType: 'system',
      actorId: 'action.do',
      occurredAt: new Date(NOW).toISOString(),
      $correlationId: `exe_${scopeOf(4)}-2`,
      $causationId: expect.any(String),
    });
    expect(await newest(store, `action-default.${scopeOf(1)}`)).toMatchObject({ data: { attempt: 0 } });
  });

  it('gives up the undos under way, in doubt: the work may have been undone, and done anew since', async () => {
    const store = new InMemoryEventStore({ logId: 'k7wq' });
    await makeTenant(store);
    const done = ['requested', 'started', 'succeeded'] as const;
    const waits = await execution(store, 1, [...done, 'undo']);
    const runs = await execution(store, 2, [...done, 'undo', 'undoing']);
    const over = await execution(store, 3, [...done, 'undo', 'undoing', 'undone']);
    expect(await restore(store)).toMatchObject({ parked: 0, undosEnded: 2 });
    for (const [stream, attempt] of [
      [waits, 0],
      [runs, 1],
    ] as const)
      expect(await newest(store, stream)).toMatchObject({
        type: 'ActionUndoFailed',
        data: { attempt, effect: 'unknown', nextAttemptAtMs: null, error: { code: 'INTERNAL' } },
      });
    expect((await newest(store, over)).type).toBe('ActionUndone');
    expect(await restore(store)).toMatchObject({ parked: 0, undosEnded: 0, wentOn: true });
  });

  it('told twice says it once', async () => {
    const store = await platformLog();
    const first = await restore(store);
    const before = await contentOf(store);
    expect(await restore(store, { reason: 'again' })).toEqual({
      ...first,
      events: before.length,
      parked: 0,
      undosEnded: 0,
      wentOn: true,
    });
    expect(await contentOf(store)).toEqual(before);
  });

  it('whose teller dies after any append is told to the end by the next: each execution is parked once', async () => {
    const appends = 2 + OPEN.length;
    for (let dies = 0; dies < appends; dies += 1) {
      const store = await platformLog();
      await makeTenant(store, 'acme' as TenantName);
      const append = store.append.bind(store);
      let left = dies;
      store.append = (...given) => {
        left -= 1;
        return left < 0 ? Promise.reject(new Error('killed')) : append(...given);
      };
      await expect(restore(store)).rejects.toThrow('killed');
      store.append = append;
      await restore(store);
      expect(await parkedIn(store)).toEqual([...OPEN].sort());
      const said = (await contentOf(store)).filter(({ type }) => type === 'LogRestored');
      expect(said.map(({ streamId }) => streamId).sort()).toEqual(['tenant-acme', 'tenant-default']);
      expect(new Set(said.map(({ data }) => data['restoration'])).size).toBe(1);
    }
  });

  it('that a platform wrote to since is told of once more only where that is said', async () => {
    const store = await platformLog();
    const first = await restore(store);
    await execution(store, 7, ['requested', 'started']);
    const before = await contentOf(store);
    await expect(restore(store)).rejects.toMatchObject({
      exitCode: 9,
      message: expect.stringMatching(/1970-01-01T00:00:02\.000Z .* 2 events were written since/),
      problem: {
        hint: expect.stringMatching(/--again.*If it was ended before that, what it had not parked/),
      },
    });
    expect(await contentOf(store)).toEqual(before);
    const second = await restore(store, { again: true });
    expect([second.parked, second.wentOn]).toEqual([1, false]);
    expect(second.restoration).not.toBe(first.restoration);
    const third = await restore(store);
    expect([third.restoration, third.parked, third.wentOn]).toEqual([second.restoration, 0, true]);
  });

  it('is told surely: answers that are lost, and a store that is away, leave nothing twice', async () => {
    const store = await platformLog();
    const append = store.append.bind(store);
    let calls = 0;
    store.append = async (...given) => {
      calls += 1;
      if (calls % 3 === 1) throw new StoreUnavailable('away');
      const answer = await append(...given);
      if (calls % 3 === 2) throw new AppendUnknown(given[0]);
      return answer;
    };
    expect(await restore(store)).toMatchObject({ parked: 4 });
    expect(await parkedIn(store)).toEqual([...OPEN].sort());
  });

  it('is not asked on and on where an append fails: what is under way ends, and no more is begun', async () => {
    const store = await platformLog();
    for (let n = 10; n < 110; n += 1) await execution(store, n, ['requested']);
    let appends = 0;
    const append = store.append.bind(store);
    store.append = (...given) =>
      given[0].startsWith('tenant-') ? append(...given) : Promise.reject(new Error(`broken ${++appends}`));
    await expect(restore(store)).rejects.toThrow(/^broken/);
    expect(appends).toBeLessThan(50);
  });

  it.each([
    ['to an execution that is being parked', 2, 'action-default.00000000000000000000000000000002'],
    ['anywhere else', 8, null],
  ])('is refused where somebody writes to it meanwhile, %s', async (_where, n, stream) => {
    const store = await platformLog();
    const append = store.append.bind(store);
    let done = false;
    store.append = async (...given) => {
      if (!done && given[0].startsWith('action-')) {
        done = true;
        if (stream === null)
          await execution(Object.assign(Object.create(store), { append }), n, ['requested']);
        else await append(stream, [{ ...outcome }], 1n);
      }
      return append(...given);
    };
    await expect(restore(store)).rejects.toMatchObject({
      exitCode: 9,
      message: expect.stringMatching(/^Somebody else writes to the log/),
    });
  });

  it('with a stream that cannot be read has all others parked, and names it', async () => {
    const store = await platformLog();
    await store.append(`action-default.${scopeOf(2)}`, [{ ...outcome, type: 'ActionVanished' }], 1n);
    await expect(restore(store)).rejects.toMatchObject({
      exitCode: 8,
      message: `1 streams cannot be read and stay as they are: action-default.${scopeOf(2)}. 3 executions were parked.`,
    });
    expect(await parkedIn(store)).toEqual(OPEN.filter((id) => id !== `exe_${scopeOf(2)}-1`).sort());
  });

  it('in which no platform ever wrote is refused', async () => {
    const store = new InMemoryEventStore({ logId: 'k7wq' });
    await expect(restore(store)).rejects.toMatchObject({ exitCode: 4 });
    expect(await contentOf(store)).toEqual([]);
  });

  it('tells how far it is, and ends between two appends where it is interrupted', async () => {
    const store = await platformLog();
    for (let n = 10; n < 60; n += 1) await execution(store, n, ['requested']);
    const told: string[] = [];
    const stopper = new AbortController();
    const tell = (phase: string, done: number, total?: number) => {
      told.push(`${phase} ${done} of ${total}`);
      if (phase === 'parked') stopper.abort(new Error('enough'));
    };
    await expect(restore(store, {}, tell, stopper.signal)).rejects.toThrow('enough');
    expect(told[0]).toBe('looked through 1 of undefined');
    expect(told.at(-1)).toMatch(/^parked \d+ of 54$/);
    expect((await parkedIn(store)).length).toBeLessThan(54);
    expect(await restore(store)).toMatchObject({ wentOn: true });
    expect(await parkedIn(store)).toHaveLength(54);
  });
});

const outcome = {
  id: '00000000-0000-4000-a000-000000000001',
  type: 'ActionSucceeded',
  data: { attempt: 1, effect: 'applied', atMs: 1_500, windowEndsAtMs: null, result: 1 },
  metadata: { tenant: 'default' },
};
