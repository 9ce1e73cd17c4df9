import { StoreUnavailable } from '../errors.js';
import type { SubscriptionItem } from '../event-store.js';
import {
  type Current,
  collect,
  eventsIn,
  idsOf,
  isCaughtUp,
  isEvent,
  mark,
  newEvent,
  newEvents,
  newStream,
  takeUntil,
} from './fixtures.contract.js';

export function describeSubscriptions(current: Current): void {
  describe('subscribe', () => {
    let abort: AbortController;
    beforeEach(() => {
      abort = new AbortController();
    });
    afterEach(() => abort.abort());

    it('gives everything behind a position, says caught-up, then goes on with what is appended', async () => {
      const after = await mark(current.store);
      const [old, live] = [newEvents(3), newEvents(2)];
      await current.store.append(newStream(), old, 'no-stream');
      const items = current.store.subscribe({ after, signal: abort.signal })[Symbol.asyncIterator]();
      const caughtUp = await takeUntil(ongoing(items), isCaughtUp);
      expect(idsOf(eventsIn(caughtUp))).toEqual(idsOf(old));
      // A server may have written something of its own since.
      const { position } = caughtUp.at(-1) as Extract<SubscriptionItem, { kind: 'caught-up' }>;
      expect(position >= eventsIn(caughtUp).at(-1)!.position).toBe(true);

      await current.store.append(newStream(), live, 'no-stream');
      const more = await takeUntil(ongoing(items), isEvent(live[1]!.id));
      expect(idsOf(eventsIn(more))).toEqual(idsOf(live));
    });

    it('begins at the beginning by default and with start', async () => {
      const streamId = newStream();
      await current.store.append(streamId, newEvents(2), 'no-stream');
      for (const options of [{}, { after: 'start' } as const]) {
        const items = await takeUntil(
          current.store.subscribe({ ...options, signal: abort.signal }),
          isCaughtUp,
        );
        const mine = eventsIn(items).filter((event) => event.streamId === streamId);
        expect(mine.map(({ revision }) => revision)).toEqual([0n, 1n]);
      }
    });

    it('begins with what comes next at end', async () => {
      await current.store.append(newStream(), newEvents(2), 'no-stream');
      const items = current.store.subscribe({ after: 'end', signal: abort.signal })[Symbol.asyncIterator]();
      expect(eventsIn(await takeUntil(ongoing(items), isCaughtUp))).toEqual([]);
      const next = newEvent();
      await current.store.append(newStream(), [next], 'no-stream');
      expect(idsOf(eventsIn(await takeUntil(ongoing(items), isEvent(next.id))))).toEqual([next.id]);
    });

    it('gives what readAll gives, event by event', async () => {
      const after = await mark(current.store);
      const streamId = newStream();
      await current.store.append(streamId, newEvents(2), 'no-stream');
      await current.store.append(streamId, newEvents(1), 1n);
      const items = await takeUntil(current.store.subscribe({ after, signal: abort.signal }), isCaughtUp);
      expect(eventsIn(items)).toEqual(await collect(current.store.readAll({ after })));
    });

    it('goes on from any event without gap or repeat, also from inside an append', async () => {
      const after = await mark(current.store);
      await current.store.append(newStream(), newEvents(3), 'no-stream');
      await current.store.append(newStream(), newEvents(2), 'no-stream');
      const all = await collect(current.store.readAll({ after }));
      for (const [index, { position }] of all.entries()) {
        const rest = current.store.subscribe({ after: position, signal: abort.signal });
        expect(idsOf(eventsIn(await takeUntil(rest, isCaughtUp)))).toEqual(idsOf(all.slice(index + 1)));
      }
    });

    it('goes on from any checkpoint or caught-up of a filtered subscription without gap or repeat', async () => {
      const after = await mark(current.store);
      const wanted = newEvents(3);
      const unwanted = newStream('unwanted');
      await current.store.append(newStream('wanted'), wanted.slice(0, 2), 'no-stream');
      await current.store.append(unwanted, newEvents(700), 'no-stream');
      await current.store.append(unwanted, newEvents(700), 699n);
      const subscribe = (from: bigint) =>
        current.store.subscribe({ after: from, streamPrefixes: ['wanted-'], signal: abort.signal });
      const items = await takeUntil(subscribe(after), isCaughtUp);
      expect(idsOf(eventsIn(items))).toEqual(idsOf(wanted.slice(0, 2)));

      // A long stretch without a match must not be read again: there is a place behind the last match to resume from.
      const checkpoints = items.flatMap((item) => (item.kind === 'checkpoint' ? [item.position] : []));
      expect(checkpoints.at(-1)! > eventsIn(items).at(-1)!.position).toBe(true);

      await current.store.append(newStream('wanted'), wanted.slice(2), 'no-stream');
      for (const [index, item] of items.entries()) {
        const from = item.kind === 'event' ? item.event.position : item.position;
        const rest = await takeUntil(subscribe(from), isEvent(wanted[2]!.id));
        const seen = eventsIn(items.slice(0, index + 1)).length;
        expect(idsOf(eventsIn(rest))).toEqual(idsOf(wanted.slice(seen)));
      }
    });

    it('says caught-up at the end of the log, though the newest event is not one that is wanted', async () => {
      const after = await mark(current.store);
      const wanted = newEvent();
      await current.store.append(newStream('wanted'), [wanted], 'no-stream');
      const { position } = await current.store.append(newStream('unwanted'), [newEvent()], 'no-stream');
      const subscribed = current.store.subscribe({
        after,
        streamPrefixes: ['wanted-'],
        signal: abort.signal,
      });
      const items = await takeUntil(subscribed, isCaughtUp);
      expect(idsOf(eventsIn(items))).toEqual([wanted.id]);
      expect((items.at(-1) as Extract<SubscriptionItem, { kind: 'caught-up' }>).position >= position).toBe(
        true,
      );
    });

    it('loses nothing for a subscriber slower than the writers, and keeps the order', async () => {
      const after = await mark(current.store);
      const streamId = newStream();
      const first = newEvent();
      await current.store.append(streamId, [first], 'no-stream');
      const written = [first.id];
      const read: string[] = [];
      for await (const item of current.store.subscribe({ after, signal: abort.signal })) {
        if (item.kind !== 'event') continue;
        read.push(item.event.id);
        // While the subscriber is busy with one event, five more appear.
        if (written.length < 400) {
          const more = newEvents(5);
          await current.store.append(streamId, more, BigInt(written.length - 1));
          written.push(...idsOf(more));
        }
        if (read.length === written.length) break;
      }
      expect(read).toHaveLength(401);
      expect(read).toEqual(written);
    });

    it('ends without an error when aborted while it waits, in the middle, or before it began', async () => {
      const after = await mark(current.store);
      await current.store.append(newStream(), newEvents(5), 'no-stream');
      const waiting = new AbortController();
      const kinds: string[] = [];
      for await (const { kind } of current.store.subscribe({ after, signal: waiting.signal })) {
        kinds.push(kind);
        if (kind === 'caught-up') setImmediate(() => waiting.abort());
      }
      expect(kinds.filter((kind) => kind === 'event')).toHaveLength(5);

      const middle = new AbortController();
      const seen: SubscriptionItem[] = [];
      for await (const item of current.store.subscribe({ after, signal: middle.signal })) {
        seen.push(item);
        middle.abort();
      }
      expect(seen).toHaveLength(1);
      expect(await collect(current.store.subscribe({ after, signal: AbortSignal.abort() }))).toEqual([]);
    });

    it('can be left early, also while others go on', async () => {
      const after = await mark(current.store);
      const event = newEvent();
      const other = takeUntil(current.store.subscribe({ after, signal: abort.signal }), isEvent(event.id));
      const streamId = newStream();
      await current.store.append(streamId, newEvents(2), 'no-stream');
      await takeUntil(current.store.subscribe({ after, signal: abort.signal }), () => true);
      await current.store.append(streamId, [event], 1n);
      expect(eventsIn(await other)).toHaveLength(3);
    });

    it('tells a waiting subscriber with StoreUnavailable that the store was closed', async () => {
      const after = await mark(current.store);
      const items = current.store.subscribe({ after, signal: abort.signal })[Symbol.asyncIterator]();
      await takeUntil(ongoing(items), isCaughtUp);
      const next = expect(takeUntil(ongoing(items), () => false)).rejects.toThrow(StoreUnavailable);
      await current.store.close();
      await next;
    });
  });
}

/** The same iteration in several loops: leaving one loop does not end it. */
function ongoing<T>(items: AsyncIterator<T>): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => ({ next: () => items.next() }) };
}
