import { type StatusServer, startStatusServer } from './status-server.js';

const counts = {
  writes: {
    written: 7,
    'wrong-revision': 2,
    'stream-deleted': 0,
    'access-denied': 1,
    'too-large': 0,
    'bad-request': 0,
    unknown: 0,
    busy: 0,
  },
  eventsRead: 11,
  openReads: 1,
  openSubscriptions: 3,
  waitingBytes: 5,
  lastPosition: 2n ** 53n,
};

let status: StatusServer;
let isWritable: boolean;
beforeEach(async () => {
  isWritable = true;
  status = await startStatusServer({
    host: '127.0.0.1',
    port: 0,
    counts: () => counts,
    isWritable: () => isWritable,
  });
});
afterEach(() => status.close());

it('is ready, until it is told that the process stops', async () => {
  expect((await fetch(`${status.url}/health/ready`)).status).toBe(200);
  status.notReady();
  expect((await fetch(`${status.url}/health/ready`)).status).toBe(503);
});

it('tells the counts, each with what it is', async () => {
  const text = await (await fetch(`${status.url}/metrics`)).text();
  expect(text).toContain('do_event_log_writes_total{outcome="written"} 7\n');
  expect(text).toContain('do_event_log_writes_total{outcome="wrong-revision"} 2\n');
  expect(text).toContain('do_event_log_events_read_total 11\n');
  expect(text).toContain('do_event_log_open_subscriptions 3\n');
  expect(text).toContain('do_event_log_last_position 9007199254740992\n');
  for (const line of text.split('\n').filter((each) => each !== '' && !each.startsWith('#')))
    expect(line).toMatch(/^[a-z_]+(\{outcome="[a-z-]+"\})? \d+$/);
});

it('is ready while the log can be written, and only then', async () => {
  const ready = async () => {
    const answer = await fetch(`${status.url}/health/ready`);
    return [answer.status, await answer.text()];
  };
  expect(await ready()).toEqual([200, 'ready\n']);
  isWritable = false;
  expect(await ready()).toEqual([503, 'the log cannot be written now\n']);
  isWritable = true;
  expect(await ready()).toEqual([200, 'ready\n']);
});

it('knows nothing else', async () => {
  expect((await fetch(`${status.url}/`)).status).toBe(404);
  expect((await fetch(`${status.url}/metrics`, { method: 'POST' })).status).toBe(405);
});
