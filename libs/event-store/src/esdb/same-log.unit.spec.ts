import { StoreUnavailable } from '../errors.js';
import { ForeignEvents } from '../foreign-events.js';
import { KnownLog } from './known-log.js';
import { SameLog } from './same-log.js';
import { HeldClient } from './testing/held-client.js';

let client: HeldClient;
let sameLog: SameLog;
beforeEach(() => {
  client = new HeldClient();
  const known = new KnownLog(() => undefined);
  known.learn('ours');
  const { signal } = new AbortController();
  sameLog = new SameLog(client, known, { signal, silenceMs: 1_000, foreign: new ForeignEvents(undefined) });
});

it('is looked at once a connection, however many ask at once', async () => {
  await Promise.all([sameLog.makeSure(), sameLog.makeSure(), sameLog.makeSure()]);
  await sameLog.makeSure();
  expect(client.reads).toBe(1);
  client.breaks();
  await Promise.all([sameLog.makeSure(), sameLog.makeSure()]);
  expect(client.reads).toBe(2);
});

it('is looked at once more where the look itself has connected', async () => {
  client.isConnected = false;
  await sameLog.makeSure();
  expect([client.reads, client.watchers.length]).toEqual([2, 1]);
});

it('is looked at again where the connection breaks meanwhile, and not for ever', async () => {
  client.onRead = () => {
    if (client.reads === 1) client.breaks();
  };
  await sameLog.makeSure();
  expect(client.reads).toBe(2);
  client.breaks();
  client.onRead = () => client.breaks();
  await expect(sameLog.makeSure()).rejects.toThrow('breaks again and again');
  expect(client.reads).toBe(5);
});

it('a connection on which the look fails is watched once, however often it fails', async () => {
  client.logId = 'NO name';
  for (let times = 0; times < 3; times += 1)
    await expect(sameLog.makeSure()).rejects.toThrow(/does not hold/);
  expect([client.reads, client.watchers.length]).toEqual([3, 1]);
  client.logId = 'ours';
  await sameLog.makeSure();
});

it('another log is never forgotten, also behind a connection that leads to ours again', async () => {
  client.logId = 'theirs';
  await expect(sameLog.makeSure()).rejects.toMatchObject({ code: 'OTHER_LOG', found: 'theirs' });
  client.breaks();
  client.logId = 'ours';
  await expect(sameLog.makeSure()).rejects.toMatchObject({ code: 'OTHER_LOG' });
  expect(client.reads).toBe(1);
});

it('a server that is not found is out of reach, also when nobody says so', async () => {
  client.watchConnection = () => Promise.reject(new Error('Failed to discover after 2 attempts.'));
  await expect(sameLog.makeSure()).rejects.toThrow(StoreUnavailable);
  client.watchConnection = () => new Promise(() => {});
  await expect(sameLog.makeSure()).rejects.toThrow('no server of the event log was found within 1000 ms');
});
