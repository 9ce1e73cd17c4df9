import { APPEND_EVENTS_MAX } from '../check-arguments.js';
import { StoreUnavailable, StreamConflict } from '../errors.js';
import type { ExpectedRevision, NewEvent } from '../event-store.js';
import { type Current, collect, idsOf, newEvent, newEvents, newStream } from './fixtures.contract.js';

export function describeAppends(current: Current): void {
  describe('append', () => {
    it('begins a stream with no-stream and goes on at the exact revision', async () => {
      const streamId = newStream();
      const first = await current.store.append(streamId, [newEvent()], 'no-stream');
      const second = await current.store.append(streamId, [newEvent()], 0n);
      expect(first.revision).toBe(0n);
      expect(second.revision).toBe(1n);
      expect(second.position > first.position).toBe(true);
    });

    it('writes all events of an append in order, with dense revisions and rising positions, and answers with the last', async () => {
      const streamId = newStream();
      const events = newEvents(5);
      const answer = await current.store.append(streamId, events, 'no-stream');
      const stored = await collect(current.store.readStream(streamId));
      expect(idsOf(stored)).toEqual(idsOf(events));
      expect(stored.map(({ revision }) => revision)).toEqual([0n, 1n, 2n, 3n, 4n]);
      for (const [index, { position }] of stored.entries())
        if (index > 0) expect(position > stored[index - 1]!.position).toBe(true);
      expect(answer).toEqual({ revision: 4n, position: stored[4]!.position });
    });

    it('takes as many events as the port promises in one append', async () => {
      const streamId = newStream();
      const { revision } = await current.store.append(streamId, newEvents(APPEND_EVENTS_MAX), 'no-stream');
      expect(revision).toBe(BigInt(APPEND_EVENTS_MAX - 1));
      expect(await collect(current.store.readStream(streamId))).toHaveLength(APPEND_EVENTS_MAX);
    });

    it.each<[string, number, ExpectedRevision, bigint | 'no-stream']>([
      ['no-stream on a stream that exists', 2, 'no-stream', 1n],
      ['a revision that has been passed', 3, 0n, 2n],
      ['a revision not reached yet', 2, 7n, 1n],
      ['a revision of a stream that does not exist', 0, 0n, 'no-stream'],
    ])('refuses %s, says where the stream is, and writes nothing', async (_, stored, expected, actual) => {
      const streamId = newStream();
      if (stored > 0) await current.store.append(streamId, newEvents(stored), 'no-stream');
      const refused = current.store.append(streamId, [newEvent(), newEvent()], expected);
      await expect(refused).rejects.toThrow(StreamConflict);
      await expect(refused).rejects.toMatchObject({ code: 'STREAM_CONFLICT', streamId, expected, actual });
      expect(await collect(current.store.readStream(streamId))).toHaveLength(stored);
    });

    it('lets exactly one of two appends at once win, and its loser reads the winner at once', async () => {
      const streamId = newStream();
      const contenders = Array.from({ length: 8 }, () => newEvent());
      const outcomes = await Promise.all(
        contenders.map(async ({ id }, index) => {
          try {
            await current.store.append(streamId, [contenders[index]!], 'no-stream');
            return { won: id };
          } catch (error) {
            expect(error).toMatchObject({ code: 'STREAM_CONFLICT', actual: 0n });
            return { read: idsOf(await collect(current.store.readStream(streamId))) };
          }
        }),
      );
      const winners = outcomes.flatMap(({ won }) => (won ? [won] : []));
      expect(winners).toHaveLength(1);
      for (const { read } of outcomes) if (read) expect(read).toEqual(winners);
    });

    it('keeps the streams of many writers at once dense', async () => {
      const streams = Array.from({ length: 16 }, () => newStream());
      await Promise.all(
        streams.map(async (streamId) => {
          await current.store.append(streamId, newEvents(2), 'no-stream');
          for (let revision = 1n; revision < 6n; revision += 1n)
            await current.store.append(streamId, [newEvent()], revision);
        }),
      );
      for (const streamId of streams) {
        const revisions = (await collect(current.store.readStream(streamId))).map(({ revision }) => revision);
        expect(revisions).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n]);
      }
    });
  });

  describe('arguments that are refused before anything is written', () => {
    it.each<[string, string]>([
      ['an empty stream id', ''],
      ['a stream id of 201 characters', 's'.repeat(201)],
      ['a stream id with a space', 'a b'],
      ['a stream id with a slash', 'a/b'],
      ['a stream id beyond ASCII', 'größe'],
      ['a stream id that begins as the system does', '$settings'],
    ])('%s', async (_, streamId) => {
      const refused = current.store.append(streamId, [newEvent()], 'no-stream');
      await expect(refused).rejects.toThrow(TypeError);
      await expect(refused).rejects.toThrow(/stream id/);
      await expect(collect(current.store.readStream(streamId))).rejects.toThrow(TypeError);
    });

    it.each<[string, () => NewEvent[], RangeErrorConstructor | TypeErrorConstructor, RegExp]>([
      ['no event', () => [], RangeError, /1 to 1000 events, not 0/],
      ['1,001 events', () => newEvents(1_001), RangeError, /1 to 1000 events, not 1001/],
      ['the same id twice', () => Array(2).fill(newEvent()), TypeError, /same id/],
      ['an id that is no UUID', () => [{ ...newEvent(), id: 'one' }], TypeError, /UUID/],
      ['an empty type', () => [{ ...newEvent(), type: '' }], TypeError, /type/],
    ])('%s', async (_, events, kind, message) => {
      const streamId = newStream();
      const refused = current.store.append(streamId, events(), 'no-stream');
      await expect(refused).rejects.toThrow(kind);
      await expect(refused).rejects.toThrow(message);
      expect(await collect(current.store.readStream(streamId))).toEqual([]);
    });

    it('more than 16 MiB', async () => {
      const streamId = newStream();
      const refused = current.store.append(streamId, [newEvent({ text: 'x'.repeat(2 ** 24) })], 'no-stream');
      await expect(refused).rejects.toThrow(RangeError);
      await expect(refused).rejects.toThrow(/at most 16777216 bytes/);
      expect(await current.store.append(streamId, [newEvent()], 'no-stream')).toMatchObject({ revision: 0n });
    });

    it('a negative expected revision', async () => {
      await expect(current.store.append(newStream(), [newEvent()], -1n)).rejects.toThrow(RangeError);
    });
  });

  describe('close', () => {
    it('waits for appends under way, and refuses appends, reads and subscriptions after it', async () => {
      const { store } = current;
      const streamId = newStream();
      const underWay = store.append(streamId, [newEvent()], 'no-stream');
      const [answer] = await Promise.all([underWay, store.close()]);
      expect(answer.revision).toBe(0n);
      await expect(store.append(streamId, [newEvent()], 0n)).rejects.toThrow(StoreUnavailable);
      await expect(collect(store.readStream(streamId))).rejects.toThrow(StoreUnavailable);
      await expect(collect(store.readAll())).rejects.toThrow(StoreUnavailable);
      const { signal } = new AbortController();
      await expect(collect(store.subscribe({ signal }))).rejects.toThrow(StoreUnavailable);
      await store.close();
    });
  });
}
