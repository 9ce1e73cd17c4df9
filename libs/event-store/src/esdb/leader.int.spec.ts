/** Of several servers the leader has everything first, and what is read decides what is done. */
import { until } from '@action-do/test-support';
import { collect, isCaughtUp, newEvent, takeUntil } from '../contract/fixtures.contract.js';
import { AppendUnknown, StoreUnavailable } from '../errors.js';
import type { EventStore } from '../event-store.js';
import { type ServedLog, serveLog } from '../grpc-server/testing/served-log.js';
import { showLogId } from '../log-identity.js';
import { openEsdbEventStore } from './open-esdb-event-store.js';
import { InFront } from './testing/in-front.js';

const { signal } = new AbortController();
let leader: ServedLog;
let front: InFront;
let store: EventStore;
let url: string;

beforeEach(async () => {
  leader = await serveLog();
  await showLogId(leader.store);
  front = new InFront(leader.server.port);
  url = `esdb://127.0.0.1:${await front.start()}?tls=false`;
});
afterEach(async () => {
  await store.close();
  front.end();
  await leader.dispose();
});

const CALLS: [string, 'read' | 'batchAppend', () => Promise<unknown>][] = [
  ['an append', 'batchAppend', () => store.append('later-1', [newEvent()], 'no-stream')],
  ['a read of a stream', 'read', () => collect(store.readStream('before-1'))],
  ['a read of the log', 'read', () => collect(store.readAll())],
  ['a read of some streams', 'read', () => collect(store.readAll({ streamPrefixes: ['before-'] }))],
  ['a subscription', 'read', () => takeUntil(store.subscribe({ signal }), isCaughtUp)],
  [
    'a subscription from the end',
    'read',
    () => takeUntil(store.subscribe({ after: 'end', signal }), isCaughtUp),
  ],
];

it.each(CALLS)('%s asks the leader alone', async (_, method, call) => {
  await leader.store.append('before-1', [newEvent()], 'no-stream');
  store = await openEsdbEventStore({ url });
  front.calls.splice(0);
  await call();
  expect(front.calls).toContainEqual([method, true]);
  expect(front.calls).not.toContainEqual([expect.anything(), false]);
});

it('a server that does not lead sends to the one that does, where the log is opened and appended to', async () => {
  front.isFollower = true;
  store = await openEsdbEventStore({ url });
  expect(await store.append('sent-on', [newEvent()], 'no-stream')).toMatchObject({ revision: 0n });
  expect(await collect(leader.store.readStream('sent-on'))).toHaveLength(1);
});

it('a server that leads no more is left: what was sent is unknown, and the next try goes to the new leader', async () => {
  store = await openEsdbEventStore({ url });
  await store.append('before-1', [newEvent()], 'no-stream');
  await collect(store.readStream('before-1'));
  front.holdsBack = true;
  const [event, unsent] = [newEvent(), newEvent()];
  const sent = store.append('moved-1', [event], 'no-stream');
  await until('it is under way', () => front.held === 1);
  front.stepDown();
  await expect(sent).rejects.toThrow(AppendUnknown);
  await expect(collect(store.readStream('before-1'))).rejects.toThrow(StoreUnavailable);
  expect(await store.append('moved-1', [event], 'no-stream')).toMatchObject({ revision: 0n });
  expect(await store.append('moved-2', [unsent], 'no-stream')).toMatchObject({ revision: 0n });
  expect(await collect(store.readStream('before-1'))).toHaveLength(1);
  expect(await takeUntil(store.subscribe({ after: 'end', signal }), isCaughtUp)).toHaveLength(1);
});
