import { AppendUnknown, StreamConflict } from '../errors.js';
import type { NewEvent } from '../event-store.js';
import { type Current, collect, idsOf, mark, newEvent, newEvents, newStream } from './fixtures.contract.js';

export interface HowRepeated {
  readonly survivesReopen: boolean;
  /** Of two that are under way at once one may get no answer, and is unknown after its deadline: as a real server does it. */
  readonly dropsRepeats: boolean;
}

/** E4 of the port: who lost the answer to an append asks again with the same ids. */
export function describeRepeats(
  current: Pick<Current, 'store' | 'reopen'>,
  { survivesReopen, dropsRepeats }: HowRepeated,
): void {
  describe('an append repeated with the same ids and the same expected revision', () => {
    it('succeeds with the old answer and writes nothing', async () => {
      const streamId = newStream();
      const events = newEvents(3);
      const first = await current.store.append(streamId, events, 'no-stream');
      expect(await current.store.append(streamId, events, 'no-stream')).toEqual(first);
      expect(idsOf(await collect(current.store.readStream(streamId)))).toEqual(idsOf(events));
    });

    it('succeeds in the middle of a stream, also after more was appended', async () => {
      const streamId = newStream();
      const repeated = newEvents(2);
      await current.store.append(streamId, newEvents(3), 'no-stream');
      const first = await current.store.append(streamId, repeated, 2n);
      await current.store.append(streamId, newEvents(3), 4n);
      await mark(current.store);
      expect(await current.store.append(streamId, repeated, 2n)).toEqual(first);
      expect(await collect(current.store.readStream(streamId))).toHaveLength(8);
    });

    it('succeeds while the first is still under way', async () => {
      const streamId = newStream();
      const events = newEvents(2);
      const send = () => current.store.append(streamId, events, 'no-stream');
      // As every caller does, once its own try has ended.
      const asked = () =>
        send().catch((error: unknown) => {
          if (dropsRepeats && error instanceof AppendUnknown) return send();
          throw error;
        });
      const [first, second] = await Promise.all([asked(), asked()]);
      expect(second).toEqual(first);
      expect(await collect(current.store.readStream(streamId))).toHaveLength(2);
    });

    it('succeeds for a part from the front, with the place of its own last event', async () => {
      const streamId = newStream();
      const events = newEvents(3);
      await current.store.append(streamId, events, 'no-stream');
      const [, second] = await collect(current.store.readStream(streamId));
      const answer = await current.store.append(streamId, events.slice(0, 2), 'no-stream');
      expect(answer).toEqual({ revision: 1n, position: second!.position });
    });

    it('succeeds over what were several appends', async () => {
      const streamId = newStream();
      const [one, two] = [newEvent(), newEvent()];
      await current.store.append(streamId, [one], 'no-stream');
      const last = await current.store.append(streamId, [two], 0n);
      expect(await current.store.append(streamId, [one, two], 'no-stream')).toEqual(last);
    });

    if (survivesReopen)
      it('succeeds with the old answer after the log was closed and opened', async () => {
        const streamId = newStream();
        const events = newEvents(2);
        const first = await current.store.append(streamId, events, 'no-stream');
        await current.store.append(streamId, [newEvent()], 1n);
        const reopened = await current.reopen();
        expect(await reopened.append(streamId, events, 'no-stream')).toEqual(first);
        expect(await collect(reopened.readStream(streamId))).toHaveLength(3);
      });
  });

  describe('an append that is only partly a repeat is a conflict and writes nothing', () => {
    it.each<[string, (stored: NewEvent[]) => NewEvent[]]>([
      ['some ids equal, then another', ([one]) => [one!, newEvent()]],
      ['the first id another', ([, two]) => [newEvent(), two!]],
      ['the same ids in another order', ([one, two]) => [two!, one!]],
      ['all stored ids and one more', ([one, two]) => [one!, two!, newEvent()]],
    ])('%s', async (_, change) => {
      const streamId = newStream();
      const stored = newEvents(2);
      await current.store.append(streamId, stored, 'no-stream');
      const refused = current.store.append(streamId, change(stored), 'no-stream');
      await expect(refused).rejects.toThrow(StreamConflict);
      await expect(refused).rejects.toMatchObject({ expected: 'no-stream', actual: 1n });
      expect(idsOf(await collect(current.store.readStream(streamId)))).toEqual(idsOf(stored));
    });

    it('the same ids at another revision', async () => {
      const streamId = newStream();
      const [one, two, three] = newEvents(3);
      await current.store.append(streamId, [one!, two!, three!], 'no-stream');
      await expect(current.store.append(streamId, [two!], 'no-stream')).rejects.toThrow(StreamConflict);
      await expect(current.store.append(streamId, [two!], 1n)).rejects.toThrow(StreamConflict);
    });
  });
}
