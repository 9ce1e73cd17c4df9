import { collect, newEvent } from '../contract/fixtures.contract.js';
import { ForeignEvent } from '../embedded/errors.js';
import { StoreUnavailable } from '../errors.js';
import type { SubscriptionItem } from '../event-store.js';
import { LogAccessDenied } from './errors.js';
import { resuming } from './resuming.js';

const event = (position: bigint): SubscriptionItem => ({
  kind: 'event',
  event: { ...newEvent(), data: {}, streamId: 's', revision: position, position, createdAtMs: 0 },
});
const caughtUp = (position: bigint): SubscriptionItem => ({ kind: 'caught-up', position });
const checkpoint = (position: bigint): SubscriptionItem => ({ kind: 'checkpoint', position });

const placeOf = (item: SubscriptionItem) => (item.kind === 'event' ? item.event.position : item.position);
const shown = (items: readonly SubscriptionItem[]) => items.map((item) => `${item.kind} ${placeOf(item)}`);

const dropped = () => new StoreUnavailable('dropped');

/** Each connection of the script gives its items, then ends with its error; behind the last, the reader has left. */
function scripted(connections: readonly { items: SubscriptionItem[]; error?: Error }[]) {
  const abort = new AbortController();
  const opened: [bigint, boolean][] = [];
  const pausesMs: number[] = [];
  const troubles: (string | undefined)[] = [];
  let nowMs = 0;
  async function* open(after: bigint, again: boolean) {
    const connection = connections[opened.length];
    opened.push([after, again]);
    if (connection === undefined) return abort.abort();
    yield* connection.items;
    if (connection.error) throw connection.error;
  }
  const items = resuming({
    after: 0n,
    open,
    signal: abort.signal,
    pause: async (ms) => {
      pausesMs.push(ms);
      nowMs += 20_000;
    },
    nowMs: () => nowMs,
    onTrouble: (trouble) => troubles.push(trouble?.message),
  });
  return { items, opened, pausesMs, troubles };
}

describe('a subscription that is dropped', () => {
  it('goes on behind the last event, checkpoint or caught-up that was handed on', async () => {
    const { items, opened } = scripted([
      { items: [event(1n), event(4n)], error: dropped() },
      { items: [event(5n), checkpoint(9n)], error: dropped() },
      { items: [checkpoint(12n), caughtUp(12n)], error: dropped() },
    ]);
    expect(shown(await collect(items))).toEqual([
      'event 1',
      'event 4',
      'event 5',
      'checkpoint 9',
      'checkpoint 12',
      'caught-up 12',
    ]);
    expect(opened).toEqual([
      [0n, false],
      [4n, true],
      [9n, true],
      [12n, true],
    ]);
  });

  it('hands nothing on twice, whatever the next one begins with', async () => {
    const { items } = scripted([
      { items: [event(3n), event(4n), checkpoint(6n)], error: dropped() },
      { items: [event(3n), event(4n), checkpoint(5n), caughtUp(5n), caughtUp(6n), event(6n), event(7n)] },
    ]);
    expect(shown(await collect(items))).toEqual([
      'event 3',
      'event 4',
      'checkpoint 6',
      'caught-up 6',
      'event 7',
    ]);
  });

  it('may be caught up at the same place again', async () => {
    const { items } = scripted([{ items: [event(3n), caughtUp(3n), caughtUp(3n)] }]);
    expect(shown(await collect(items))).toEqual(['event 3', 'caught-up 3', 'caught-up 3']);
  });

  it('is dropped too when the server ends it without an error', async () => {
    const { items, troubles } = scripted([{ items: [event(1n)] }, { items: [event(2n)] }]);
    expect(shown(await collect(items))).toEqual(['event 1', 'event 2']);
    expect(troubles.slice(0, 2)).toEqual(['the server of the event log ended a subscription', undefined]);
  });

  it('waits longer from try to try, up to a bound, and begins anew once something came', async () => {
    const failing = Array.from({ length: 6 }, () => ({ items: [], error: dropped() }));
    const { items, pausesMs } = scripted([...failing, { items: [event(1n)], error: dropped() }]);
    await collect(items);
    expect(pausesMs).toEqual([50, 100, 200, 400, 500, 500, 50]);
  });

  it('tells of its trouble once, and once that it is over', async () => {
    const { items, troubles } = scripted([
      { items: [event(1n)], error: dropped() },
      { items: [], error: dropped() },
      { items: [event(2n), event(3n)] },
    ]);
    await collect(items);
    expect(troubles.slice(0, 2)).toEqual(['dropped', undefined]);
  });
});

it('what is wrong and stays so is thrown', async () => {
  for (const error of [new ForeignEvent('s', 1n), new RangeError('no such position'), new Error('a bug')]) {
    const { items, opened } = scripted([{ items: [event(1n)], error }]);
    await expect(collect(items)).rejects.toBe(error);
    expect(opened).toHaveLength(1);
  }
});

it('a reader who leaves ends the connection it reads from', async () => {
  let ended = false;
  const items = resuming({
    after: 0n,
    async *open() {
      try {
        yield event(1n);
        yield event(2n);
      } finally {
        ended = true;
      }
    },
    signal: new AbortController().signal,
    pause: async () => {},
    nowMs: () => 0,
    onTrouble: () => {},
  });
  for await (const _ of items) break;
  expect(ended).toBe(true);
});

it('a server that does not let us in is told anew and then every minute, and tried again all the time', async () => {
  const denied = { items: [], error: new LogAccessDenied('read') };
  const { items, opened, troubles } = scripted([
    { items: [event(1n)], error: dropped() },
    { items: [], error: dropped() },
    ...Array.from({ length: 7 }, () => denied),
    { items: [event(2n)] },
  ]);
  expect(shown(await collect(items))).toEqual(['event 1', 'event 2']);
  expect(opened).toHaveLength(11);
  const { message } = denied.error;
  expect(troubles.slice(0, 5)).toEqual(['dropped', message, message, message, undefined]);
});
