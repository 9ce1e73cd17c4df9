import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { pino } from 'pino';
import { readConfig } from './config.js';
import { type RunningEventLog, startEventLog } from './start-event-log.js';

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

it('keeps the streams of the product for ever', async () => {
  const { url } = await started();
  const client = EventStoreDBClient.connectionString(url);
  await client.appendToStream('action-default.1', [jsonEvent({ type: 'ActionRequested', data: {} })]);
  await expect(client.deleteStream('action-default.1')).rejects.toMatchObject({ type: 'access-denied' });
  await client.dispose();
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

it('a certificate that is not there is named', async () => {
  await expect(started({ DO_EVENT_LOG_TLS_CERT: 'no.crt', DO_EVENT_LOG_TLS_KEY: 'no.key' })).rejects.toThrow(
    /no\.crt/,
  );
});
