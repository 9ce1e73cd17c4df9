/** Another log behind the same address: nothing of it is taken for ours, and nothing of ours is written into it. */
import { until } from '@action-do/test-support';
import { collect, isCaughtUp, newEvent, takeUntil } from '../contract/fixtures.contract.js';
import type { EventStore } from '../event-store.js';
import { type ServedLog, serveLog } from '../grpc-server/testing/served-log.js';
import { showLogId } from '../log-identity.js';
import type { OtherLog } from './errors.js';
import { openEsdbEventStore } from './open-esdb-event-store.js';

const { signal } = new AbortController();
const otherLog = (store: EventStore, found: ServedLog) =>
  expect.objectContaining({ code: 'OTHER_LOG', expected: store.logId, found: found.store.logId });
/** What became of it, so that both are looked at whatever the first says. */
const outcome = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

let one: ServedLog;
let two: ServedLog | undefined;
let store: EventStore;
let told: OtherLog[];

beforeEach(async () => {
  told = [];
  one = await serveLog();
  store = await openEsdbEventStore({
    url: `esdb://127.0.0.1:${one.server.port}?tls=false`,
    onOtherLog: (error) => told.push(error),
  });
  await store.append('before-1', [newEvent()], 'no-stream');
  await collect(store.readAll());
});
afterEach(async () => {
  await store.close();
  await two?.dispose();
  two = undefined;
});

/** Its streams look as if they were those of the first. */
async function replaced(): Promise<ServedLog> {
  const { port } = one.server;
  await one.dispose();
  // Before anybody comes: a log that has no name yet is another one as well, but not the one of these tests.
  two = await serveLog({ port }, {}, showLogId);
  await two.store.append('before-1', [newEvent(), newEvent(), newEvent()], 'no-stream');
  return two;
}

it('ends a subscription that is taken up again, and every one after it', async () => {
  const items = store.subscribe({ signal })[Symbol.asyncIterator]();
  await takeUntil({ [Symbol.asyncIterator]: () => ({ next: () => items.next() }) }, isCaughtUp);
  const next = outcome(items.next());
  const found = await replaced();
  expect(await next).toEqual(otherLog(store, found));
  for (const after of ['start', 'end', 1n] as const)
    expect(await outcome(store.subscribe({ after, signal })[Symbol.asyncIterator]().next())).toEqual(
      otherLog(store, found),
    );
  expect(told).toEqual([otherLog(store, found)]);
});

/** The first call that reaches the new server: until then the old one is out of reach. */
const FIRST_CALLS: [string, () => Promise<unknown>][] = [
  ['an append', () => store.append('claim-1', [newEvent()], 'no-stream')],
  ['an append to a stream whose revision fits', () => store.append('before-1', [newEvent()], 0n)],
  ['a read of a stream', () => collect(store.readStream('before-1'))],
  ['a read of the log', () => collect(store.readAll())],
  ['a subscription from the start', () => store.subscribe({ signal })[Symbol.asyncIterator]().next()],
  ['a subscription', () => store.subscribe({ after: 2n, signal })[Symbol.asyncIterator]().next()],
];

it.each(FIRST_CALLS)('is noticed by %s, before anything else of it is read or written', async (_, call) => {
  const found = await replaced();
  const before = await collect(found.store.readAll());
  let last: unknown;
  await until('the new server is reached', async () => {
    last = await outcome(call());
    return !isOutOfReach(last);
  });
  expect(last).toEqual(otherLog(store, found));
  for (const [, other] of FIRST_CALLS) expect(await outcome(other())).toEqual(otherLog(store, found));
  expect(told).toHaveLength(1);
  expect(await collect(found.store.readAll())).toEqual(before);
});

it('is one without a name too', async () => {
  const { port } = one.server;
  await one.dispose();
  two = await serveLog({ port });
  let last: unknown;
  await until('the new server is reached', async () => {
    last = await outcome(store.append('claim-1', [newEvent()], 'no-stream'));
    return !isOutOfReach(last);
  });
  expect(last).toMatchObject({ code: 'OTHER_LOG', found: 'without a name' });
  expect(await collect(two.store.readAll())).toEqual([]);
});

function isOutOfReach(answer: unknown): boolean {
  const code = answer instanceof Error && 'code' in answer ? answer.code : undefined;
  return code === 'STORE_UNAVAILABLE' || code === 'APPEND_UNKNOWN';
}
