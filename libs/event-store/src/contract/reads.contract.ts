import type { ReadStreamOptions } from '../event-store.js';
import { type Current, collect, idsOf, mark, newEvent, newEvents, newStream } from './fixtures.contract.js';

export function describeReads(current: Current, survivesReopen: boolean): void {
  describe('readStream', () => {
    /** Six events written by three appends, so that a read begins and ends inside of one. */
    async function sixEvents(): Promise<string> {
      const streamId = newStream();
      await current.store.append(streamId, newEvents(3), 'no-stream');
      await current.store.append(streamId, newEvents(1), 2n);
      await current.store.append(streamId, newEvents(2), 3n);
      return streamId;
    }

    it('gives nothing for a stream that does not exist', async () => {
      expect(await collect(current.store.readStream(newStream()))).toEqual([]);
      expect(await collect(current.store.readStream(newStream(), { direction: 'backwards' }))).toEqual([]);
    });

    it.each<[string, ReadStreamOptions, bigint[]]>([
      ['all', {}, [0n, 1n, 2n, 3n, 4n, 5n]],
      ['from a revision, inclusive', { fromRevision: 2n }, [2n, 3n, 4n, 5n]],
      ['from inside an append', { fromRevision: 1n, limit: 3 }, [1n, 2n, 3n]],
      ['from the last', { fromRevision: 5n }, [5n]],
      ['from behind the last', { fromRevision: 6n }, []],
      ['at most as many as asked', { limit: 4 }, [0n, 1n, 2n, 3n]],
      ['none with limit 0', { limit: 0 }, []],
      ['backwards from the last', { direction: 'backwards' }, [5n, 4n, 3n, 2n, 1n, 0n]],
      ['backwards, the last only', { direction: 'backwards', limit: 1 }, [5n]],
      ['backwards from a revision, inclusive', { direction: 'backwards', fromRevision: 1n }, [1n, 0n]],
      [
        'backwards from behind the last, from the last',
        { direction: 'backwards', fromRevision: 99n, limit: 2 },
        [5n, 4n],
      ],
    ])('reads %s', async (_, options, revisions) => {
      const streamId = await sixEvents();
      const events = await collect(current.store.readStream(streamId, options));
      expect(events.map(({ revision }) => revision)).toEqual(revisions);
    });

    it('keeps streams apart whose names begin alike', async () => {
      const streamId = newStream();
      for (const name of [streamId, `${streamId}0`, `${streamId}.x`, `${streamId}-1`])
        await current.store.append(name, [newEvent({ name })], 'no-stream');
      const events = await collect(current.store.readStream(streamId));
      expect(events.map(({ data }) => data['name'])).toEqual([streamId]);
      const backwards = await collect(current.store.readStream(streamId, { direction: 'backwards' }));
      expect(backwards.map(({ data }) => data['name'])).toEqual([streamId]);
    });

    it('reads a stream longer than any page in order, both ways', async () => {
      const streamId = newStream();
      await current.store.append(streamId, newEvents(1_000), 'no-stream');
      for (let revision = 999n; revision < 1_199n; revision += 1n)
        await current.store.append(streamId, [newEvent()], revision);
      const expected = Array.from({ length: 1_200 }, (_, index) => BigInt(index));
      const forwards = await collect(current.store.readStream(streamId));
      expect(forwards.map(({ revision }) => revision)).toEqual(expected);
      const backwards = await collect(current.store.readStream(streamId, { direction: 'backwards' }));
      expect(backwards.map(({ revision }) => revision)).toEqual(expected.reverse());
    });

    it('refuses a negative revision and a limit that is no whole number', async () => {
      const read = (options: ReadStreamOptions) => collect(current.store.readStream(newStream(), options));
      await expect(read({ fromRevision: -1n })).rejects.toThrow(RangeError);
      await expect(read({ limit: 1.5 })).rejects.toThrow(RangeError);
      await expect(read({ limit: -1 })).rejects.toThrow(RangeError);
    });
  });

  describe('readAll', () => {
    it('gives the whole log behind a position in order, then ends', async () => {
      const after = await mark(current.store);
      const [one, two] = [newStream(), newStream()];
      const written = newEvents(4);
      await current.store.append(one, written.slice(0, 2), 'no-stream');
      await current.store.append(two, written.slice(2, 3), 'no-stream');
      await current.store.append(one, written.slice(3), 1n);
      const events = await collect(current.store.readAll({ after }));
      expect(idsOf(events)).toEqual(idsOf(written));
      expect(events.map(({ streamId }) => streamId)).toEqual([one, one, two, one]);
    });

    it('begins at the beginning when no position is given', async () => {
      const streamId = newStream();
      await current.store.append(streamId, newEvents(2), 'no-stream');
      const revisions = (await collect(current.store.readAll()))
        .filter((event) => event.streamId === streamId)
        .map(({ revision }) => revision);
      expect(revisions).toEqual([0n, 1n]);
    });

    it('goes on from any event without gap or repeat, also from inside an append', async () => {
      const after = await mark(current.store);
      await current.store.append(newStream(), newEvents(3), 'no-stream');
      await current.store.append(newStream(), newEvents(2), 'no-stream');
      const all = await collect(current.store.readAll({ after }));
      for (const [index, { position }] of all.entries()) {
        const rest = await collect(current.store.readAll({ after: position }));
        expect(idsOf(rest)).toEqual(idsOf(all.slice(index + 1)));
      }
    });

    it('gives only streams that begin with one of the prefixes', async () => {
      const after = await mark(current.store);
      const [a, b, c] = [newStream('aa'), newStream('bb'), newStream('cc')];
      for (const streamId of [a, b, c, a]) {
        const expected =
          streamId === a && (await collect(current.store.readStream(a))).length > 0 ? 0n : 'no-stream';
        await current.store.append(streamId, [newEvent()], expected);
      }
      const read = async (streamPrefixes: string[]) =>
        (await collect(current.store.readAll({ after, streamPrefixes }))).map(({ streamId }) => streamId);
      expect(await read(['aa-', 'cc-'])).toEqual([a, c, a]);
      expect(await read(['bb-'])).toEqual([b]);
      expect(await read(['dd-'])).toEqual([]);
    });

    it('gives at most as many as asked, counting those that match', async () => {
      const after = await mark(current.store);
      const streamId = newStream('wanted');
      await current.store.append(newStream('other'), newEvents(3), 'no-stream');
      await current.store.append(streamId, newEvents(5), 'no-stream');
      const events = await collect(current.store.readAll({ after, streamPrefixes: ['wanted-'], limit: 3 }));
      expect(events.map(({ revision }) => revision)).toEqual([0n, 1n, 2n]);
      expect(await collect(current.store.readAll({ after, limit: 0 }))).toEqual([]);
    });

    it('can be left early and begun again', async () => {
      const after = await mark(current.store);
      await current.store.append(newStream(), newEvents(10), 'no-stream');
      for await (const event of current.store.readAll({ after })) {
        expect(event.revision).toBe(0n);
        break;
      }
      expect(await collect(current.store.readAll({ after }))).toHaveLength(10);
    });
  });

  if (survivesReopen)
    describe('a log closed and opened again', () => {
      it('is the same log: its name, events, revisions, positions, times', async () => {
        const streamId = newStream();
        const { logId } = current.store;
        const after = await mark(current.store);
        await current.store.append(streamId, newEvents(3), 'no-stream');
        await current.store.append(streamId, newEvents(2), 2n);
        const before = await collect(current.store.readAll({ after }));
        const reopened = await current.reopen();
        expect(reopened.logId).toBe(logId);
        expect(await collect(reopened.readAll({ after }))).toEqual(before);
        expect(await collect(reopened.readStream(streamId))).toEqual(before);
        const { revision, position } = await reopened.append(streamId, [newEvent()], 4n);
        expect(revision).toBe(5n);
        expect(position > before.at(-1)!.position).toBe(true);
      });
    });
}
