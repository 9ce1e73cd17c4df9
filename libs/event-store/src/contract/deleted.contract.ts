import { StreamCutShort } from '../errors.js';
import { type Current, collect, mark, newEvent, newEvents, newStream } from './fixtures.contract.js';

/** @param current of a log in which others can delete streams: the port itself has no word for that */
export function describeDeleted(current: Current): void {
  describe('a stream that somebody else deleted for ever', () => {
    const tombstoned = async (): Promise<string> => {
      const streamId = newStream();
      await current.store.append(streamId, newEvents(4), 'no-stream');
      await current.tombstone(streamId);
      return streamId;
    };

    it.each([
      ['forwards', {}],
      ['forwards, of its first event alone', { limit: 1 }],
      ['backwards', { direction: 'backwards' as const }],
    ])('is not taken for nothing, or for what it was: a read %s', async (_, options) => {
      const streamId = await tombstoned();
      await expect(collect(current.store.readStream(streamId, options))).rejects.toThrow(StreamCutShort);
    });

    it('takes no append, and no repeat of one is taken for written', async () => {
      const streamId = newStream();
      const events = newEvents(1);
      await current.store.append(streamId, events, 'no-stream');
      await current.tombstone(streamId);
      const appends = [
        current.store.append(streamId, events, 'no-stream'),
        current.store.append(streamId, [newEvent()], 'no-stream'),
        current.store.append(streamId, [newEvent()], 0n),
        current.store.append(streamId, [newEvent()], 7n),
      ];
      await Promise.all(appends.map((append) => expect(append).rejects.toThrow(StreamCutShort)));
    });

    it('before it began takes no append either', async () => {
      const streamId = newStream();
      await current.tombstone(streamId);
      const claim = current.store.append(streamId, [newEvent()], 'no-stream');
      await expect(claim).rejects.toThrow(StreamCutShort);
      await expect(collect(current.store.readStream(streamId))).rejects.toThrow(StreamCutShort);
    });

    it('stays in the log, which is read past it', async () => {
      const after = await mark(current.store);
      const streamId = await tombstoned();
      const behind = newEvent();
      await current.store.append(newStream(), [behind], 'no-stream');
      const events = await collect(current.store.readAll({ after }));
      expect(events.slice(0, 4).map((event) => event.streamId)).toEqual(Array(4).fill(streamId));
      expect(events.slice(4).map(({ id }) => id)).toEqual([behind.id]);
    });
  });
}
