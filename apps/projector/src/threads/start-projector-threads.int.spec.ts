import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessStream, gatewaySubjects, HEADERS, registryStream } from '@action-do/contracts';
import { type EmbeddedEventStore, openEmbeddedEventStore } from '@action-do/event-store';
import { InProcessBus, NoResponder } from '@action-do/messaging';
import { until } from '@action-do/test-support';
import { BUNDLED, insistOnBuild } from '../testing/built-threads.contract.js';
import { ACME, listeningLog, newEvent } from '../testing/follower-world.contract.js';
import { type ProjectorThreads, startProjectorThreads } from './start-projector-threads.js';

beforeAll(insistOnBuild);

let folder: string;
let store: EmbeddedEventStore;
let bus: InProcessBus;
let threads: ProjectorThreads;
let written: string[];
let told: ReturnType<typeof listeningLog>['told'];

async function start(): Promise<void> {
  const listening = listeningLog();
  told = listening.told;
  written = [];
  store = await openEmbeddedEventStore({ folder: join(folder, 'log') });
  bus = new InProcessBus();
  threads = startProjectorThreads({
    log: { folder: join(folder, 'log'), durable: store.durable },
    viewsUrl: `embedded:${join(folder, 'views')}`,
    bus: { connectThread: () => bus.connectThread() },
    logger: listening.logger,
    logLevel: 'warn',
    lines: { write: (line) => void written.push(line) },
    folder: BUNDLED,
  });
  await threads.ready;
}

async function stop(): Promise<void> {
  await threads.close();
  await bus.close();
  await store.close();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'projector-threads-'));
  await start();
});
afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

const ask = async (subject: string, body: object = {}) => {
  const payload = new TextEncoder().encode(JSON.stringify(body));
  // As a gateway does: it names who is asking.
  const headers = { [HEADERS.actorType]: 'key', [HEADERS.actorId]: 'k1' };
  const reply = await bus.request(subject, payload, { headers, timeoutMs: 10_000 });
  return JSON.parse(new TextDecoder().decode(reply.payload));
};
const appendKeys = async (from: number, count: number): Promise<void> => {
  for (let n = from; n < from + count; n += 1) {
    const event = newEvent('KeyCreated', { keyId: `k-${n}`, digest: 'd' }, { tenant: ACME });
    await store.append(accessStream(ACME, `k-${n}`), [event], 'no-stream');
  }
};
const position = async (): Promise<string> => (await ask(gatewaySubjects.views(ACME, 'status'))).position;
const reached = (count: number) =>
  until(`the views reach ${count}`, async () => (await position()) === `${store.logId}-${count}`);

describe('the threads of a projector', () => {
  it('bring what the process appends into lists that the process can ask for, also after a restart', async () => {
    await appendKeys(0, 20);
    await reached(20);
    expect((await ask(gatewaySubjects.list(ACME, 'audit'))).items).toHaveLength(20);
    expect(await ask(gatewaySubjects.views(ACME, 'status'))).toMatchObject({ lagEvents: '0' });

    await stop();
    await start();
    await appendKeys(20, 5);
    await reached(25);
    const page = await ask(gatewaySubjects.list(ACME, 'audit'));
    expect(page.items).toHaveLength(25);
    expect(page.items[0].data).toEqual({ keyId: 'k-24' });
    expect(told).toEqual([]);
  });

  it('build the views anew where the log was begun anew', async () => {
    await appendKeys(0, 3);
    await reached(3);
    await stop();
    rmSync(join(folder, 'log'), { recursive: true });
    await start();
    await appendKeys(0, 1);
    await reached(1);
    expect((await ask(gatewaySubjects.list(ACME, 'audit'))).items).toHaveLength(1);
    // Of which the thread tells by the process.
    expect(written.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({
        thread: 'projector',
        msg: 'the views are thrown away and built anew from the log',
      }),
    );
  });

  it('build the views anew beside the live ones when they are asked to, and list the same from them', async () => {
    await appendKeys(0, 20);
    await reached(20);
    const before = await ask(gatewaySubjects.list(ACME, 'audit'));
    expect((await ask(gatewaySubjects.views(ACME, 'rebuild'))).rebuild.state).toBe('running');
    await until(
      'it is done',
      async () => (await ask(gatewaySubjects.views(ACME, 'status'))).rebuild.state !== 'running',
    );
    const { generation, rebuild } = await ask(gatewaySubjects.views(ACME, 'status'));
    expect([generation, rebuild]).toMatchObject([2, { state: 'done', done: '20' }]);
    expect((await ask(gatewaySubjects.list(ACME, 'audit'))).items).toEqual(before.items);
    await appendKeys(20, 1);
    await until('the readers have gone over', async () => {
      const { items } = await ask(gatewaySubjects.list(ACME, 'audit'));
      return items.length === 21;
    });
    expect(told).toEqual([]);
  });

  it('answer lists at once of what is as large as it may be, and none of them dies of it', async () => {
    const schema = { type: 'object', description: 'x'.repeat(120_000) };
    const policy = {
      effects: 'none',
      retry: { attemptsMax: 1, initialDelayMs: 0, delayMsMax: 0, factor: 1 },
      attemptTimeoutMs: 1,
      deadlineMs: 1,
      idempotency: { mode: 'none', windowMs: 'forever', perVersion: false, reopen: 'never' },
    };
    const registered = (version: number) => {
      const schemas = { paramsJsonSchema: schema, resultJsonSchema: schema };
      const contract = { name: 'wide', version, description: '', policy, ...schemas, hasProbe: false };
      return newEvent(
        'ActionRegistered',
        { contract, target: 'bus', digest: 'ab', atMs: 1 },
        { tenant: ACME },
      );
    };
    const versions = Array.from({ length: 160 }, (_, n) => registered(n + 1));
    for (let from = 0; from < versions.length; from += 40) {
      const part = versions.slice(from, from + 40);
      await store.append(registryStream(ACME, 'wide'), part, from === 0 ? 'no-stream' : BigInt(from - 1));
    }
    await reached(versions.length);
    const lists = ['action', 'audit', 'action', 'audit', 'action', 'audit', 'action', 'audit'] as const;
    const pages = await Promise.all(
      lists.map((list) => ask(gatewaySubjects.list(ACME, list), { limit: 500 })),
    );
    expect(pages.map(({ items }) => items.length)).toEqual(lists.map(() => 3));
    expect(told).toEqual([]);
  }, 30_000);

  it('let go of the bus when they are closed: whoever asks then is told at once that nobody answers', async () => {
    await threads.close();
    await expect(ask(gatewaySubjects.list(ACME, 'audit'))).rejects.toThrow(NoResponder);
    await expect(ask(gatewaySubjects.views(ACME, 'status'))).rejects.toThrow(NoResponder);
    // The log goes on without them.
    await appendKeys(0, 1);
  });

  it('end in time also where the log was closed before them', async () => {
    await store.close();
    await threads.close();
    expect(told.filter(({ message }) => message.includes('cut off'))).toEqual([]);
  });
});
