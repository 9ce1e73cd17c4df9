import type { SubscriptionItem } from '@action-do/event-store';
import { type Clock, systemClock } from '../ports.js';
import { newEvent } from '../testing/follower-world.contract.js';
import { type Batch, inBatches } from './in-batches.js';

const event = (position: number, text = ''): SubscriptionItem => ({
  kind: 'event',
  event: {
    ...newEvent('A', { text }),
    data: { text },
    streamId: 's',
    revision: 0n,
    position: BigInt(position),
    createdAtMs: 0,
  },
});
const limits = { eventsMax: 3, bytesMax: 1_000, waitMs: 60_000 };

async function* of(...items: SubscriptionItem[]) {
  yield* items;
}
async function all(batches: AsyncIterable<Batch>): Promise<[number, bigint][]> {
  const found: [number, bigint][] = [];
  for await (const { events, position } of batches) found.push([events.length, position]);
  return found;
}

describe('batches', () => {
  it('end at their bound of events, of bytes, or with the subscription', async () => {
    const five = [1, 2, 3, 4, 5].map((n) => event(n));
    expect(await all(inBatches(of(...five), systemClock, limits))).toEqual([
      [3, 3n],
      [2, 5n],
    ]);
    const large = [1, 2, 3].map((n) => event(n, 'x'.repeat(600)));
    expect(await all(inBatches(of(...large), systemClock, limits))).toEqual([
      [2, 2n],
      [1, 3n],
    ]);
  });

  it('take their position from checkpoints too', async () => {
    const items = of(event(1), { kind: 'checkpoint', position: 7n }, { kind: 'caught-up', position: 9n });
    expect(await all(inBatches(items, systemClock, { ...limits, waitMs: 1 }))).toEqual([[1, 9n]]);
  });

  it('at the end of the log wait out their time, and take in one go what has come meanwhile', async () => {
    const asked: string[] = [];
    let ring = (): void => undefined;
    const clock: Clock = {
      nowMs: () => 0,
      after: (_, callback) => {
        ring = callback;
        return () => undefined;
      },
    };
    async function* log(): AsyncGenerator<SubscriptionItem> {
      yield event(1);
      yield { kind: 'caught-up', position: 1n };
      asked.push('for more');
      yield event(2);
      yield event(3);
      yield { kind: 'caught-up', position: 3n };
      yield event(4);
    }
    const batches = inBatches(log(), clock, { ...limits, eventsMax: 10 });
    const first = batches.next();
    await new Promise(setImmediate);
    expect(asked).toEqual([]);
    ring();
    const { value } = await first;
    expect([value.events.length, value.position]).toEqual([3, 3n]);
    await batches.return(undefined);
  });

  it('end when their time is over, and lose nothing of what comes later', async () => {
    let letGo = () => {};
    const later = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    async function* slowly() {
      yield event(1);
      await later;
      yield event(2);
    }
    const batches = inBatches(slowly(), systemClock, { ...limits, waitMs: 10 });
    expect((await batches.next()).value).toMatchObject({ position: 1n });
    letGo();
    expect((await batches.next()).value).toMatchObject({ position: 2n });
    expect((await batches.next()).done).toBe(true);
  });

  it('hand on what the subscription fails with, and end it when they are left', async () => {
    async function* broken() {
      yield event(1);
      throw new Error('away');
    }
    await expect(all(inBatches(broken(), systemClock, { ...limits, eventsMax: 1 }))).rejects.toThrow('away');
    let ended = false;
    async function* endless() {
      try {
        for (let n = 1; ; n += 1) yield event(n);
      } finally {
        ended = true;
      }
    }
    for await (const _ of inBatches(endless(), systemClock, limits)) break;
    expect(ended).toBe(true);
  });
});
