import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '@action-do/test-support';
import { type AllStreamRecordedEvent, EventStoreDBClient, streamNameFilter } from '@eventstore/db-client';
import { examplesIn, patternOf } from './markdown-examples.js';
import { onePlatform } from './one-platform.js';

const one = onePlatform({ DO_EVENT_LOG_PORT: '0' });
const root = fileURLToPath(new URL('../../../', import.meta.url));
let client: EventStoreDBClient;
let url: string;
beforeAll(() => {
  [, url = ''] = /^ {2}event log read-only at (\S+)$/m.exec(one.platform.stdout()) ?? [];
  client = EventStoreDBClient.connectionString(url);
});
afterAll(() => client.dispose());

const execute = (id: string) => one.caller.execute('note-idempotent', { id });

/** Follows what the product writes about executions, from the beginning. */
function followActions() {
  const seen: AllStreamRecordedEvent[] = [];
  let look = (): void => undefined;
  const subscription = client.subscribeToAll({ filter: streamNameFilter({ prefixes: ['action-'] }) });
  subscription.on('data', ({ event }) => {
    if (event) seen.push(event);
    look();
  });
  return {
    seen,
    end: () => subscription.unsubscribe(),
    until: (condition: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        look = () => condition() && resolve();
        look();
      }),
  };
}

it('a bare official client replays the log of the running platform, and follows it live', async () => {
  await execute('before');
  const followed = followActions();
  const succeeded = () => followed.seen.filter(({ type }) => type === 'ActionSucceeded').length;
  await followed.until(() => succeeded() === 1);
  await execute('after');
  await followed.until(() => succeeded() === 2);
  await followed.end();
  expect(followed.seen.map(({ type }) => type)).toEqual([
    'ActionRequested',
    'ActionStarted',
    'ActionSucceeded',
    'ActionRequested',
    'ActionStarted',
    'ActionSucceeded',
  ]);
  const [stream] = followed.seen.map(({ streamId }) => streamId);
  const read: (string | undefined)[] = [];
  for await (const { event } of client.readStream(stream ?? '')) read.push(event?.type);
  expect(read).toEqual(['ActionRequested', 'ActionStarted', 'ActionSucceeded']);
});

it('it can delete nothing, and write nothing', async () => {
  const followed = followActions();
  await followed.until(() => followed.seen.length > 0);
  await followed.end();
  const stream = followed.seen[0]?.streamId ?? '';
  for (const write of [
    () => client.deleteStream(stream),
    () => client.tombstoneStream(stream),
    () => client.setStreamMetadata(stream, { maxCount: 1 }),
    () => client.appendToStream('notes-of-others', []),
  ])
    await expect(write()).rejects.toMatchObject({ type: 'access-denied' });
});

it('what the how-to page shows prints what stands behind it', async () => {
  const page = readFileSync(join(root, 'docs/how-to/replay-the-log.md'), 'utf8');
  const [example] = examplesIn(page);
  const code = example?.code.replace('esdb://127.0.0.1:2113?tls=false', url);
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code ?? ''], { cwd: root });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const closed = once(child, 'close');
  await until('it has printed three lines', () => said.split('\n').length > 3);
  child.kill();
  await closed;
  expect(said).toMatch(patternOf(example?.output ?? 'nothing'));
});
