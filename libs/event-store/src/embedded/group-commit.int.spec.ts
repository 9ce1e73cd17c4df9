import { collect, newEvent, newEvents } from '../contract/fixtures.contract.js';
import { AppendUnknown, StoreUnavailable, StreamConflict } from '../errors.js';
import type { EmbeddedInsides } from './open-embedded-event-store.js';
import { type ControlledStore, openControlledStore } from './testing/controlled-store.js';

let controlled: ControlledStore;
const opened = async (limits: NonNullable<EmbeddedInsides['limits']> = {}) => {
  controlled = await openControlledStore({ limits });
  return controlled;
};
afterEach(() => controlled.dispose());

describe('groups', () => {
  it('what arrives while a flush runs goes into the next group as one', async () => {
    const { store, file } = await opened();
    file.holdFlushes();
    const written = file.nextWrite();
    const first = store.append('first', [newEvent()], 'no-stream');
    await written;
    const rest = Array.from({ length: 20 }, (_, n) => store.append(`s-${n}`, newEvents(2), 'no-stream'));
    file.letFlushesGo();
    await Promise.all([first, ...rest]);
    expect(file.groups).toEqual([1, 40]);
  });

  it('what arrives in one turn is one group', async () => {
    const { store, file } = await opened();
    await Promise.all(Array.from({ length: 8 }, (_, n) => store.append(`s-${n}`, [newEvent()], 'no-stream')));
    expect(file.groups).toEqual([8]);
  });

  it('a group ends before it grows beyond its bounds, and one large append is a group alone', async () => {
    const { store, file } = await opened({ groupEventsMax: 4 });
    const counts = [2, 2, 1, 9, 3, 1];
    await Promise.all(counts.map((count, n) => store.append(`s-${n}`, newEvents(count), 'no-stream')));
    expect(file.groups).toEqual([4, 1, 9, 4]);
  });

  it('a group is bounded in bytes too', async () => {
    const { store, file } = await opened({ groupBytesMax: 5_000 });
    const large = () => [newEvent({ text: 'x'.repeat(2_000) })];
    await Promise.all([0, 1, 2, 3, 4].map((n) => store.append(`s-${n}`, large(), 'no-stream')));
    expect(file.groups).toEqual([2, 2, 1]);
  });

  it('positions follow the order of the calls across groups', async () => {
    const { store } = await opened({ groupEventsMax: 3 });
    const answers = await Promise.all(
      [2, 3, 1, 1].map((count, n) => store.append(`s-${n}`, newEvents(count), 'no-stream')),
    );
    expect(answers.map(({ position }) => position)).toEqual([2n, 5n, 6n, 7n]);
  });
});

describe('the queue of appends', () => {
  it.each([
    ['events', { waitingEventsMax: 5 }],
    ['bytes', { waitingBytesMax: 600 }],
  ])(
    'is bounded in %s: behind the bound an append is refused, nothing of it stays, and later it is taken',
    async (_, limits) => {
      const { store, file } = await opened(limits);
      file.holdFlushes();
      const written = file.nextWrite();
      const first = store.append('s', newEvents(3), 'no-stream');
      await written;
      const late = newEvents(3);
      await expect(store.append('s', late, 2n)).rejects.toThrow(StoreUnavailable);
      await expect(store.append('s', late, 2n)).rejects.toThrow(/queue of the event log is full/);
      file.letFlushesGo();
      await first;
      expect(await store.append('s', late, 2n)).toEqual({ revision: 5n, position: 6n });
      expect(await collect(store.readStream('s'))).toHaveLength(6);
    },
  );

  it('takes an append larger than the bound when nothing waits', async () => {
    const { store } = await opened({ waitingEventsMax: 5 });
    expect(await store.append('s', newEvents(9), 'no-stream')).toEqual({ revision: 8n, position: 9n });
  });

  it('who waits for what others write is bounded too: behind the bound the outcome is unknown, at once', async () => {
    const { store, file } = await opened({ watchersMax: 2 });
    file.holdFlushes();
    const written = file.nextWrite();
    const first = store.append('s', [newEvent()], 'no-stream');
    await written;
    const conflict = () => store.append('s', [newEvent()], 'no-stream');
    const waiting = [conflict(), conflict()].map((call) => expect(call).rejects.toThrow(StreamConflict));
    await expect(conflict()).rejects.toThrow(AppendUnknown);
    file.letFlushesGo();
    await Promise.all([first, ...waiting]);
    await expect(conflict()).rejects.toThrow(StreamConflict);
  });
});
