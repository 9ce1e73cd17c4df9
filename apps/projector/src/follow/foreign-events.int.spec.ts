/** L3 where somebody else wrote into a stream of ours: a log that holds such an event is followed past it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { actionStream } from '@action-do/contracts';
import { type EmbeddedEventStore, openEmbeddedEventStore } from '@action-do/event-store';
import { until } from '@action-do/test-support';
import { ACME, followerWorld, newEvent } from '../testing/follower-world.contract.js';
import { scopeOf } from '../testing/histories.contract.js';

const folder = mkdtempSync(join(tmpdir(), 'projector-foreign-'));
const told: string[] = [];
const stream = actionStream(ACME, scopeOf(1));
let log: EmbeddedEventStore;

beforeAll(async () => {
  log = await openEmbeddedEventStore({
    folder,
    onForeignEvent: ({ streamId, revision }) => void told.push(`${revision} of ${streamId}`),
  });
});
afterAll(async () => {
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

const started = () => newEvent('ActionStarted', { attempt: 1, executor: 'e', atMs: 1 });
async function writeForeign(firstRevision: number): Promise<void> {
  const event = { id: newEvent('Odd', {}).id, type: 'Odd', isJson: false, data: Buffer.from('x') };
  await log.raw.append([{ name: stream, firstRevision, events: [{ ...event, metadata: Buffer.from('') }] }])
    .durable;
}

it('is passed over with all that comes behind it in its stream, and the checkpoint moves on, also when begun anew', async () => {
  await log.append(stream, [started()], 'no-stream');
  await writeForeign(1);
  await log.append(stream, [started(), started()], 1n);
  const one = followerWorld({ log });
  const running = one.run();
  await until('the views reach its end', () => one.follower.followed?.position === 4n);
  await one.stop(running);
  expect(told).toEqual([`1 of ${stream}`]);

  // One that knows nothing of the stream has to read it, and one whose last event is foreign ends there.
  await log.append(stream, [started()], 3n);
  await writeForeign(5);
  const two = followerWorld({ log, views: one.place });
  const again = two.run();
  await until('the views reach its end', () => two.follower.followed?.position === 6n);
  await two.stop(again);

  expect([...one.views.audit.keys()]).toEqual([1n, 3n, 4n, 5n]);
  const troubles = [...one.told, ...two.told].filter(({ level }) => level !== 'info' && level !== 'debug');
  expect(troubles.map(({ level, fields }) => [level, (fields as { revision?: string }).revision])).toEqual([
    ['error', '0'],
    ['error', '2'],
    ['error', '3'],
    ['error', '4'],
  ]);
  expect(troubles.at(-1)?.fields).toMatchObject({ why: expect.stringContaining('event 1 of stream') });
});
