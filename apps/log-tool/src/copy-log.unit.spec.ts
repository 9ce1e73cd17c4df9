import { AppendUnknown, InMemoryEventStore, StoreUnavailable } from '@action-do/event-store';
import { copyLog } from './copy-log.js';
import { sourceOf } from './log-source.js';
import { contentOf, event, filledLog, fillLog, watch } from './testing/random-logs.contract.js';

const newLog = (): InMemoryEventStore => new InMemoryEventStore({ logId: 'new' });

describe('a copy of a log', () => {
  it('holds the same events in the same order, with ids, revisions, data and metadata', async () => {
    const [source, target] = [await filledLog(200), newLog()];
    const { events, eventsBefore, digest } = await copyLog(await sourceOf(source, 'old'), target, watch());
    expect(await contentOf(target)).toEqual(await contentOf(source));
    expect([events, eventsBefore]).toEqual([(await contentOf(source)).length, 0]);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('of an empty log is empty', async () => {
    const done = await copyLog(
      await sourceOf(new InMemoryEventStore({ logId: 'old' }), 'old'),
      newLog(),
      watch(),
    );
    expect(done).toMatchObject({ events: 0, eventsBefore: 0 });
  });

  it('is made by appends that are at most as many as there were, each whole', async () => {
    const source = new InMemoryEventStore({ logId: 'old' });
    await source.append('a', [event(1), event(2)], 'no-stream');
    await source.append('b', [event(3)], 'no-stream');
    await source.append('a', [event(4)], 1n);
    const target = newLog();
    const sizes: [string, number][] = [];
    const append = target.append.bind(target);
    target.append = (streamId, events, expected) => {
      sizes.push([streamId, events.length]);
      return append(streamId, events, expected);
    };
    await copyLog(await sourceOf(source, 'old'), target, watch());
    expect(sizes).toEqual([
      ['a', 2],
      ['b', 1],
      ['a', 1],
    ]);
  });

  it('leaves the name of the log behind: the new one has its own', async () => {
    const [source, target] = [await filledLog(10), newLog()];
    await source.append('log-identity', [event(900_001, { logId: 'old' })], 'no-stream');
    await target.append('log-identity', [event(900_002, { logId: 'new' })], 'no-stream');
    const early = await sourceOf(source, 'old');
    await copyLog(early, target, watch());
    const names = (await contentOf(target)).filter(({ streamId }) => streamId === 'log-identity');
    expect(names.map(({ data }) => data)).toEqual([{ logId: 'new' }]);
    expect(await contentOf(target)).toHaveLength(early.count + 1);
  });

  it('that is whole already is only verified, and a repeat writes nothing', async () => {
    const [source, target] = [await filledLog(50), newLog()];
    const first = await copyLog(await sourceOf(source, 'old'), target, watch());
    target.append = () => Promise.reject(new Error('nothing is to be written'));
    const again = await copyLog(await sourceOf(source, 'old'), target, watch());
    expect(again).toEqual({ ...first, eventsBefore: first.events });
  });

  it('goes on where it stopped', async () => {
    const [source, target, stopper] = [await filledLog(100), newLog(), new AbortController()];
    const tell = (phase: string, done: number) => phase === 'copied' && done > 60 && stopper.abort();
    const { signal } = stopper;
    await expect(copyLog(await sourceOf(source, 'old'), target, watch({ tell, signal }))).rejects.toThrow();
    const there = (await contentOf(target)).length;
    expect(there).toBeGreaterThan(60);
    const { eventsBefore } = await copyLog(await sourceOf(source, 'old'), target, watch());
    expect(eventsBefore).toBe(there);
    expect(await contentOf(target)).toEqual(await contentOf(source));
  });

  it('has its order, too, where several appends are under way, and ends with the first that fails', async () => {
    const [source, target] = [await filledLog(200), newLog()];
    const append = target.append.bind(target);
    let [calls, now, most] = [0, 0, 0];
    target.append = async (streamId, events, expected) => {
      calls += 1;
      if (calls > 100) throw new StoreUnavailable('broken');
      now += 1;
      most = Math.max(most, now);
      const answer = await append(streamId, events, expected);
      await new Promise(setImmediate);
      now -= 1;
      return answer;
    };
    const broken = copyLog(await sourceOf(source, 'old'), target, watch({ appendsMax: 16 }));
    await expect(broken).rejects.toMatchObject({ exitCode: 7 });
    expect([most, calls]).toEqual([16, expect.any(Number)]);
    expect(calls).toBeLessThan(120);
    expect(await contentOf(target)).toEqual(
      (await contentOf(source)).slice(0, (await contentOf(target)).length),
    );
    target.append = append;
    await copyLog(await sourceOf(source, 'old'), target, watch({ appendsMax: 16 }));
    expect(await contentOf(target)).toEqual(await contentOf(source));
  });

  it('whose appends are lost or were made unheard is sent again at the same place, and has nothing twice', async () => {
    const [source, target] = [await filledLog(60), newLog()];
    const append = target.append.bind(target);
    let calls = 0;
    target.append = async (streamId, events, expected) => {
      calls += 1;
      if (calls % 3 === 1) throw new StoreUnavailable('away');
      const answer = await append(streamId, events, expected);
      if (calls % 3 === 2) throw new AppendUnknown(streamId);
      return answer;
    };
    await copyLog(await sourceOf(source, 'old'), target, watch());
    expect(await contentOf(target)).toEqual(await contentOf(source));
  });

  it('of which the target stays away ends, and says that it goes on', async () => {
    const target = newLog();
    target.append = () => Promise.reject(new StoreUnavailable('away'));
    await expect(copyLog(await sourceOf(await filledLog(3), 'old'), target, watch())).rejects.toMatchObject({
      exitCode: 7,
      problem: { code: 'UNAVAILABLE', hint: expect.stringContaining('goes on where it stopped') },
    });
  });
});

describe('a copy is refused', () => {
  const refusal = async (source: InMemoryEventStore, target: InMemoryEventStore) =>
    copyLog(await sourceOf(source, 'old'), target, watch()).catch((error: unknown) => error);

  it.each([
    [
      'something else',
      async (target: InMemoryEventStore) => void (await target.append('x', [event(9)], 'no-stream')),
    ],
    ['another beginning', async (target: InMemoryEventStore) => void (await fillLog(target, 30, 2))],
    [
      'all of it and more',
      async (target: InMemoryEventStore) => {
        await fillLog(target, 30, 1);
        await target.append('x', [event(999)], 'no-stream');
      },
    ],
  ])('into a log that holds %s, and nothing is written', async (_what, fill) => {
    const target = newLog();
    await fill(target);
    const before = await contentOf(target);
    expect(await refusal(await filledLog(30), target)).toMatchObject({
      exitCode: 9,
      message: expect.stringMatching(/The target holds something else.*Nothing was written/),
    });
    expect(await contentOf(target)).toEqual(before);
  });

  it('into the same log', async () => {
    const source = await filledLog(3);
    expect(await refusal(source, source)).toMatchObject({ exitCode: 9, message: /the same log/ });
  });

  it('where somebody else writes to the target meanwhile', async () => {
    const target = newLog();
    const append = target.append.bind(target);
    let calls = 0;
    target.append = async (streamId, events, expected) => {
      calls += 1;
      if (calls === 5) await append(streamId, [event(999)], expected);
      return append(streamId, events, expected);
    };
    expect(await refusal(await filledLog(30), target)).toMatchObject({
      exitCode: 9,
      message: expect.stringContaining('somebody else writes to it'),
    });
  });

  it('where the source is written to meanwhile, and goes on with what came when asked again', async () => {
    const [source, target] = [await filledLog(30), newLog()];
    const early = await sourceOf(source, 'old');
    await source.append('late', [event(999)], 'no-stream');
    await expect(copyLog(early, target, watch())).rejects.toMatchObject({
      exitCode: 8,
      message: expect.stringContaining('old was written to meanwhile'),
    });
    await copyLog(await sourceOf(source, 'old'), target, watch());
    expect(await contentOf(target)).toEqual(await contentOf(source));
  });

  it('where what is read back is not what was written', async () => {
    const target = newLog();
    const readAll = target.readAll.bind(target);
    let reads = 0;
    target.readAll = async function* (options) {
      reads += 1;
      for await (const each of readAll(options))
        yield reads > 1 && each.revision === 1n ? { ...each, data: { changed: true } } : each;
    };
    expect(await refusal(await filledLog(30), target)).toMatchObject({
      exitCode: 8,
      problem: { hint: expect.stringContaining('Do not use the target') },
    });
  });
});
