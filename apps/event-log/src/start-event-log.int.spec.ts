import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PRODUCT_STREAM_PREFIXES } from '@action-do/contracts';
import { EventStoreDBClient, jsonEvent, type StreamMetadata } from '@eventstore/db-client';
import { pino } from 'pino';
import { readConfig } from './config.js';
import { type RunningEventLog, startEventLog } from './start-event-log.js';

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });

const logger = pino({ level: 'silent' });
let from: string;
let running: RunningEventLog | undefined;
beforeEach(() => {
  from = mkdtempSync(join(tmpdir(), 'event-log-'));
});
afterEach(async () => {
  await running?.close();
  running = undefined;
  rmSync(from, { recursive: true, force: true });
});

const started = async (env: Record<string, string> = {}): Promise<RunningEventLog> => {
  const config = readConfig({ DO_EVENT_LOG_PORT: '0', ...env });
  running = await startEventLog({ ...config, DO_EVENT_LOG_HTTP_PORT: 0 }, { logger, from });
  return running;
};

it('serves the log in <data>/log, and its url is what a client is given', async () => {
  const { url, folder } = await started({ DO_DATA_DIR: 'here' });
  expect(folder).toBe(join(from, 'here', 'log'));
  const client = EventStoreDBClient.connectionString(url);
  await client.appendToStream('s', [jsonEvent({ type: 'Noted', data: {} })]);
  await client.dispose();
  expect(existsSync(join(folder, 'log.mdb'))).toBe(true);
});

it('keeps the streams of the product for ever, every kind of them', async () => {
  const { url } = await started();
  const client = EventStoreDBClient.connectionString(url);
  const noted = () => jsonEvent({ type: 'Noted', data: {} });
  expect(PRODUCT_STREAM_PREFIXES).toContain('log-identity');
  for (const prefix of PRODUCT_STREAM_PREFIXES) {
    // One of them is the whole name of its stream.
    const stream = prefix.endsWith('-') ? `${prefix}default.1` : prefix;
    await client.appendToStream(stream, [noted()]);
    const hide = (settings: StreamMetadata) => client.setStreamMetadata(stream, settings);
    const refused = [
      client.deleteStream(stream),
      client.tombstoneStream(stream),
      hide({ truncateBefore: 1 }),
      hide({ maxCount: 1 }),
      hide({ maxAge: 1 }),
    ];
    await Promise.all(refused.map((call) => expect(call).rejects.toMatchObject({ type: 'access-denied' })));
  }
  await client.appendToStream('other-1', [noted()]);
  await client.deleteStream('other-1');
  await client.dispose();
});

it('a start that fails at the status port names it, and lets go of the log and of its own port', async () => {
  const [free, taken] = [createServer(), createServer()];
  const [port, statusPort] = [await listening(free), await listening(taken)];
  await new Promise((resolve) => free.close(resolve));
  const config = readConfig({
    DO_EVENT_LOG_PORT: String(port),
    DO_EVENT_LOG_HTTP_PORT: String(statusPort),
  });
  await expect(startEventLog(config, { logger, from })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(
      new RegExp(`^DO_EVENT_LOG_HTTP_PORT=${statusPort}: .*EADDRINUSE.*\\. Example: DO_EVENT_LOG_HTTP_PORT=`),
    ),
  });
  await new Promise((resolve) => taken.close(resolve));
  expect((await started({ DO_EVENT_LOG_PORT: String(port) })).url).toContain(`:${port}`);
});

it('a log that is in use is refused, and left as it is', async () => {
  await started();
  const config = readConfig({ DO_EVENT_LOG_PORT: '0' });
  await expect(startEventLog(config, { logger, from })).rejects.toMatchObject({
    code: 'FOLDER_IN_USE',
  });
});

it('a start that fails at the port lets go of the log', async () => {
  const first = await started();
  const port = new URL(first.url).port;
  const elsewhere = { DO_DATA_DIR: 'elsewhere' };
  const taken = readConfig({ ...elsewhere, DO_EVENT_LOG_PORT: port });
  await expect(startEventLog(taken, { logger, from })).rejects.toMatchObject({
    code: 'EADDRINUSE',
    syscall: 'listen',
    message: expect.stringContaining('nobody can be served at 127.0.0.1'),
  });
  await first.close();
  expect((await started(elsewhere)).folder).toBe(join(from, 'elsewhere', 'log'));
});

describe('a certificate and its key', () => {
  const [cert, key] = ['event-log.crt', 'event-log.key'];
  const { privateKey: somebodysKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  it.each<[string, Record<string, string | Buffer>, RegExp]>([
    [
      'the certificate is not there',
      {},
      /^DO_EVENT_LOG_TLS_CERT="event-log\.crt": cannot be read \(.*ENOENT/,
    ],
    [
      'the key is not there',
      { [cert]: '' },
      /^DO_EVENT_LOG_TLS_KEY="event-log\.key": cannot be read \(.*ENOENT/,
    ],
    ['the key is none', { [cert]: '', [key]: 'y' }, /^DO_EVENT_LOG_TLS_KEY="event-log\.key": is no key \(/],
    [
      'the certificate is none',
      { [cert]: 'x', [key]: somebodysKey },
      /^DO_EVENT_LOG_TLS_CERT="event-log\.crt": is no certificate of that key \(/,
    ],
  ])(
    'are refused by the name of the variable where %s, before anything is begun',
    async (_, files, message) => {
      for (const [name, content] of Object.entries(files)) writeFileSync(join(from, name), content);
      const config = { DO_EVENT_LOG_TLS_CERT: cert, DO_EVENT_LOG_TLS_KEY: key };
      const refused = expect(started(config)).rejects;
      await refused.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) });
      expect(existsSync(join(from, 'data'))).toBe(false);
    },
  );
});
