import { setImmediate as nextTurn } from 'node:timers/promises';
import { collect, eventsIn, idsOf, newEvent, newEvents, takeUntil } from '../contract/fixtures.contract.js';
import { AppendUnknown, StoreUnavailable } from '../errors.js';
import type { SubscriptionItem } from '../event-store.js';
import { openEmbeddedEventStore } from './open-embedded-event-store.js';
import { type ControlledStore, openControlledStore } from './testing/controlled-store.js';
import { runSource } from './testing/run-source.js';

let controlled: ControlledStore;
beforeEach(async () => {
  controlled = await openControlledStore();
});
afterEach(() => controlled.dispose());

/** Long enough for everything that does not wait for the disk to have happened. */
async function manyTurns(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await nextTurn();
}

describe('with the flush held back', () => {
  it('no append resolves and no reader, subscriber, repeat or loser of a conflict learns of it', async () => {
    const { store, file } = controlled;
    const abort = new AbortController();
    const items: SubscriptionItem[] = [];
    const events = newEvents(2);
    const answers: string[] = [];
    file.holdFlushes();
    const followed = takeUntil(noting(store.subscribe({ signal: abort.signal })), (item) => {
      return item.kind === 'event' && item.event.id === events[1]!.id;
    });
    const written = file.nextWrite();
    const winner = store.append('s', events, 'no-stream').finally(() => answers.push('winner'));
    const repeat = store.append('s', events, 'no-stream').finally(() => answers.push('repeat'));
    const loser = store.append('s', [newEvent()], 'no-stream').catch((error) => {
      answers.push('loser');
      return error;
    });
    const tooFar = store.append('s', [newEvent()], 9n).catch((error) => {
      answers.push('too far');
      return error;
    });
    await written;
    await manyTurns();

    expect(file.lastPosition()).toBe(2);
    expect(answers).toEqual([]);
    expect(await collect(store.readStream('s'))).toEqual([]);
    expect(await collect(store.readStream('s', { direction: 'backwards' }))).toEqual([]);
    expect(await collect(store.readAll())).toEqual([]);
    expect(items).toEqual([{ kind: 'caught-up', position: 0n }]);

    file.letFlushesGo();
    expect(await winner).toEqual({ revision: 1n, position: 2n });
    expect(await repeat).toEqual({ revision: 1n, position: 2n });
    expect(await loser).toMatchObject({ code: 'STREAM_CONFLICT', actual: 1n });
    expect(await tooFar).toMatchObject({ code: 'STREAM_CONFLICT', actual: 1n });
    expect(idsOf(eventsIn(await followed))).toEqual(idsOf(events));
    expect(idsOf(await collect(store.readStream('s')))).toEqual(idsOf(events));
    abort.abort();

    async function* noting(source: AsyncIterable<SubscriptionItem>) {
      for await (const item of source) {
        items.push(item);
        yield item;
      }
    }
  });

  it('readers still see all that was durable before, and nothing more', async () => {
    const { store, file } = controlled;
    const before = newEvents(2);
    await store.append('s', before, 'no-stream');
    file.holdFlushes();
    const written = file.nextWrite();
    const held = [store.append('s', newEvents(2), 1n), store.append('t', [newEvent()], 'no-stream')];
    await written;
    expect(idsOf(await collect(store.readStream('s')))).toEqual(idsOf(before));
    expect(idsOf(await collect(store.readStream('s', { direction: 'backwards', limit: 1 })))).toEqual([
      before[1]!.id,
    ]);
    expect(idsOf(await collect(store.readAll()))).toEqual(idsOf(before));
    file.letFlushesGo();
    await Promise.all(held);
    expect(await collect(store.readAll())).toHaveLength(5);
  });

  it('close waits for it', async () => {
    const { store, file } = controlled;
    file.holdFlushes();
    const written = file.nextWrite();
    const append = store.append('s', [newEvent()], 'no-stream');
    await written;
    let closed = false;
    const close = store.close().then(() => {
      closed = true;
    });
    await manyTurns();
    expect(closed).toBe(false);
    file.letFlushesGo();
    expect(await append).toEqual({ revision: 0n, position: 1n });
    await close;
  });
});

describe('a failed flush', () => {
  const broken = new Error('no space left on device');

  it('answers everything that waits with AppendUnknown and is told to onFatal once', async () => {
    const { store, file, fatal } = controlled;
    file.holdFlushes();
    file.failure = broken;
    const written = file.nextWrite();
    const inTheGroup = store.append('s', [newEvent()], 'no-stream');
    const settled = Promise.allSettled([inTheGroup]);
    await written;
    const waiting = Promise.allSettled([
      inTheGroup,
      store.append('t', [newEvent()], 'no-stream'),
      store.append('s', [newEvent()], 'no-stream'),
    ]);
    file.letFlushesGo();
    for (const outcome of await waiting) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { code: 'APPEND_UNKNOWN', cause: broken },
      });
    }
    await settled;
    expect(fatal).toEqual([broken]);
  });

  it('ends the store: appends, reads and subscriptions are refused, and close still works', async () => {
    const { store, file, folder } = controlled;
    await store.append('s', [newEvent()], 'no-stream');
    const { signal } = new AbortController();
    const waiting = takeUntil(store.subscribe({ signal }), () => false);
    const ended = expect(waiting).rejects.toThrow(StoreUnavailable);
    file.failure = broken;
    await expect(store.append('s', [newEvent()], 0n)).rejects.toThrow(AppendUnknown);
    await ended;
    file.failure = undefined;
    await expect(store.append('s', [newEvent()], 0n)).rejects.toThrow(/out of service/);
    await expect(store.append('new', [newEvent()], 'no-stream')).rejects.toThrow(StoreUnavailable);
    await expect(collect(store.readStream('s'))).rejects.toThrow(StoreUnavailable);
    await expect(collect(store.readAll())).rejects.toThrow(StoreUnavailable);
    await store.close();

    const reopened = await openEmbeddedEventStore({ folder });
    expect(await collect(reopened.readAll())).toHaveLength(1);
    await reopened.close();
  });

  it('ends the process when nobody says otherwise', async () => {
    const open = new URL('./open-embedded-event-store.ts', import.meta.url).href;
    const program = runSource(
      `import { openWithInsides } from '${open}';
       const event = { id: '${newEvent().id}', type: 'A', data: {}, metadata: {} };
       const wrapFile = (file) => { file.commit = () => Promise.reject(new Error('the disk is full')); return file; };
       const store = await openWithInsides({ folder: process.argv[1] }, { wrapFile });
       setTimeout(() => process.exit(7), 3000);
       await store.append('s', [event], 'no-stream').catch(() => {});`,
      [`${controlled.folder}/other`],
    );
    for await (const line of program.lines) expect(line).toBe('');
    expect(await program.ended).toBe(1);
    expect(program.errorText()).toContain('the disk is full');
  });

  // Skipped: Windows has no ulimit to stand for a disk that takes no more.
  const onPosix = process.platform === 'win32' ? it.skip : it;
  onPosix(
    'is what a disk that takes no more makes of a commit, and what was acknowledged before stays',
    async () => {
      const folder = `${controlled.folder}/small`;
      const open = new URL('./open-embedded-event-store.ts', import.meta.url).href;
      const program = runSource(
        `import { randomUUID } from 'node:crypto';
       import { openEmbeddedEventStore } from '${open}';
       const event = () => ({ id: randomUUID(), type: 'A', data: { text: 'x'.repeat(20_000) }, metadata: {} });
       const onFatal = ({ cause }) => console.log('fatal: ' + cause.message);
       const store = await openEmbeddedEventStore({ folder: process.argv[1], onFatal });
       let written = 0;
       try {
         for (; written < 10_000; written += 1) await store.append('s-' + written, [event()], 'no-stream');
       } catch ({ code }) {
         console.log(code + ' after ' + written);
       }
       await store.close();`,
        [folder],
        "trap '' XFSZ; ulimit -f 2000",
      );
      const lines: string[] = [];
      for await (const line of program.lines) lines.push(line);
      expect(await program.ended).toBe(0);
      expect(lines).toEqual([
        expect.stringMatching(/^fatal: .*too large/i),
        expect.stringMatching(/^APPEND_UNKNOWN after \d+$/),
      ]);
      const acknowledged = Number(lines[1]!.split(' ').at(-1));
      expect(acknowledged).toBeGreaterThan(0);
      const store = await openEmbeddedEventStore({ folder });
      const log = await collect(store.readAll());
      expect(log.length).toBeGreaterThanOrEqual(acknowledged);
      expect(log.slice(0, acknowledged).map(({ streamId }) => streamId)).toEqual(
        Array.from({ length: acknowledged }, (_, n) => `s-${n}`),
      );
      await store.close();
    },
  );
});
