import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@action-do/test-support';
import {
  type AppendToStreamOptions,
  EventStoreDBClient,
  jsonEvent,
  UnavailableError,
} from '@eventstore/db-client';
import { type EventLogProcess, startEventLogProcess } from './testing/event-log-process.js';

const dataDir = mkdtempSync(join(tmpdir(), 'event-log-'));
const clients: EventStoreDBClient[] = [];
let log: EventLogProcess;
const start = async (port = '0') => {
  log = await startEventLogProcess({
    DO_DATA_DIR: dataDir,
    DO_EVENT_LOG_PORT: port,
    DO_LOG_LEVEL: 'silent',
  });
  return log;
};
const connected = () => {
  const client = EventStoreDBClient.connectionString(log.url);
  clients.push(client);
  return client;
};
afterAll(async () => {
  await Promise.all(clients.map((client) => client.dispose()));
  log.process.kill('SIGKILL');
  await log.ended;
  rmSync(dataDir, { recursive: true, force: true });
});

/** With them the client appends in a call of its own. */
const credentials = { username: 'anybody', password: 'anything' };
const event = () => jsonEvent({ type: 'Noted', data: {} });
async function idsIn(client: EventStoreDBClient): Promise<(string | undefined)[]> {
  const ids: (string | undefined)[] = [];
  for await (const read of client.readAll()) ids.push(read.event?.id);
  return ids;
}

/** Again and again, one at a time; @returns what it failed with in the end */
async function untilFailed(call: () => Promise<unknown>): Promise<unknown> {
  for (;;) {
    try {
      await call();
    } catch (error) {
      return error;
    }
  }
}

describe('the event log as a process', () => {
  it('killed under load is unavailable to every kind of call, loses nothing that it acknowledged, and holds nothing twice', async () => {
    await start();
    const { port } = new URL(log.url);
    const acknowledged: string[] = [];
    const client = connected();
    const appending = (way: Partial<AppendToStreamOptions>) => async () => {
      const each = event();
      await client.appendToStream(`s-${randomUUID()}`, [each], { expectedRevision: 'no_stream', ...way });
      acknowledged.push(each.id);
    };
    const kinds: readonly [string, number, () => Promise<unknown>][] = [
      ['appends in a batch call', 16, appending({})],
      ['appends in a call of their own', 4, appending({ credentials })],
      ['a read', 1, () => idsIn(client)],
    ];
    const subscription = client.subscribeToAll();
    const subscriptionEnded = new Promise((resolve) => subscription.on('error', resolve).resume());
    const ended = kinds.map(([, count, call]) =>
      Promise.all(Array.from({ length: count }, () => untilFailed(call))),
    );
    await until('some are acknowledged', () => acknowledged.length > 300);
    log.process.kill('SIGKILL');
    expect(await log.ended).toBe('SIGKILL');
    for (const [index, [kind, count]] of kinds.entries()) {
      const errors = await ended[index];
      expect([kind, errors]).toEqual([kind, Array(count).fill(expect.any(UnavailableError))]);
    }
    expect(await subscriptionEnded).toBeInstanceOf(UnavailableError);
    await start(port);
    await until('the same client works again', () =>
      client.appendToStream('again', [event()]).then(
        () => true,
        () => false,
      ),
    );
    const stored = await idsIn(connected());
    expect(new Set(stored).size).toBe(stored.length);
    expect(acknowledged.filter((id) => !stored.includes(id))).toEqual([]);
  });

  it('frozen, it writes nothing that its caller has given up, one way or the other', async () => {
    const client = connected();
    const [batched, called] = [event(), event()];
    await client.appendToStream('warm', [event()]);
    log.process.kill('SIGSTOP');
    const deadline = { deadline: 300 };
    await expect(
      client.appendToStream('called', [called], { ...deadline, credentials }),
    ).rejects.toMatchObject({ type: 'deadline-exceeded' });
    const late = expect(client.appendToStream('batched', [batched], deadline)).rejects.toMatchObject({
      type: 'deadline-exceeded',
    });
    const overAtMs = Date.now() + 350;
    await until('its deadline has passed', () => Date.now() > overAtMs);
    log.process.kill('SIGCONT');
    await late;
    await client.appendToStream('warm', [event()]);
    const stored = await idsIn(client);
    expect(stored.includes(batched.id)).toBe(false);
    expect(stored.includes(called.id)).toBe(false);
  });

  it('ends at SIGTERM with 0, and its subscribers see their calls cancelled', async () => {
    const subscription = connected().subscribeToAll({ fromPosition: 'end' });
    const ended = new Promise((resolve) => subscription.on('error', resolve));
    await new Promise((resolve) => subscription.on('caughtUp', () => resolve(undefined)).resume());
    log.process.kill('SIGTERM');
    expect(await log.ended).toBe(0);
    expect(await ended).toMatchObject({ type: 'cancelled' });
  });

  it('says in one line why it cannot start', async () => {
    await expect(startEventLogProcess({ DO_EVENT_LOG_PORT: 'x' })).rejects.toThrow(
      /action\.do cannot start: DO_EVENT_LOG_PORT="x": must be a whole number/,
    );
  });
});
