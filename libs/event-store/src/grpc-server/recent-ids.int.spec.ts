import { openEmbeddedEventStore } from '../embedded/open-embedded-event-store.js';
import { temporaryFolder } from '../embedded/testing/temporary-folder.js';
import { Activity } from './activity.js';
import type { WriteOutcome } from './append-outcome.js';
import { LogWriter } from './log-writer.js';
import { RecentIds } from './recent-ids.js';
import { StreamStates } from './stream-states.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const NAME_BYTES_MAX = 128 * 1024;
/** Of a key in the file. */
const KEY_LENGTH_MAX = 200;

it('of a stream only a key is kept with an id, however long its name: by it repeats are known, and streams told apart', async () => {
  const store = await openEmbeddedEventStore({ folder: folder.path });
  const recentIds = new RecentIds(10);
  const writer = new LogWriter(store.raw, new StreamStates(store.raw, []), recentIds, new Activity(), false);
  const [one, other] = ['1', '2'].map((end) => `${'n'.repeat(NAME_BYTES_MAX - 1)}${end}`);
  const id = '6f5a3c1e-7d40-4b52-9f0c-1a2b3c4d5e6f';
  const append = (stream = ''): Promise<WriteOutcome> => {
    const bytes = Buffer.from('{}');
    const event = { id, type: 'Noted', isJson: true, data: bytes, metadata: bytes };
    return writer.append({ stream, expected: 'any', events: [event] });
  };
  const first = await append(one);
  expect(recentIds.get(id)?.stream.length).toBeLessThanOrEqual(KEY_LENGTH_MAX);
  expect(await append(one)).toEqual(first);
  expect(await append(other)).toMatchObject({ kind: 'written', revision: 0n, position: 2n });
  await store.close();
});
