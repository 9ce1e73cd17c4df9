import { actionStream } from '@action-do/contracts';
import { InMemoryEventStore, OtherLog, StreamCutShort } from '@action-do/event-store';
import { until } from '@action-do/test-support';
import { ForeignViews, ViewsTooNew, ViewsUnavailable } from '@action-do/views';
import fc from 'fast-check';
import type { ViewsPlace } from '../ports.js';
import {
  ACME,
  appendKey,
  followerWorld,
  LastingViews,
  newEvent,
} from '../testing/follower-world.contract.js';
import { history, scopeOf } from '../testing/histories.contract.js';
import { cut, projectAll } from '../testing/project-all.contract.js';

type World = ReturnType<typeof followerWorld>;
const reached = (world: World, position: bigint) =>
  until(`the views reach ${position}`, () => world.follower.followed?.position === position);

describe('following the log', () => {
  it('brings what is there and what is appended into the views, and goes on from the checkpoint', async () => {
    const world = followerWorld();
    await appendKey(world.log, 'a');
    const running = world.run();
    await reached(world, await appendKey(world.log, 'b'));
    await reached(world, await appendKey(world.log, 'c'));
    await world.stop(running);
    expect(world.views.audit.size).toBe(3);

    const later = followerWorld({ log: world.log, views: world.place });
    await appendKey(world.log, 'd');
    const again = later.run();
    await reached(later, 4n);
    await later.stop(again);
    expect(world.views.audit.size).toBe(4);
  });

  it('writes many events in batches of at most 1,000', async () => {
    const world = followerWorld();
    const events = Array.from({ length: 1_000 }, () => newEvent('KeyCreated', { keyId: 'a' }));
    await world.log.append('access-acme.a', events, 'no-stream');
    await world.log.append(
      'access-acme.b',
      events.slice(0, 700).map((event) => newEvent(event.type, {})),
      'no-stream',
    );
    const running = world.run();
    await reached(world, 1_700n);
    await world.stop(running);
    expect(Math.max(...world.views.batches)).toBe(1_000);
    expect(world.views.batches.length).toBeLessThan(8);
  });

  it('takes note of what is not for the views, so that the lag comes to nothing', async () => {
    const world = followerWorld();
    const running = world.run();
    await world.log.append('audit-acme.checkpoints', [newEvent('CheckpointSigned', {})], 'no-stream');
    await reached(world, 1n);
    await world.stop(running);
    expect(world.views.audit.size).toBe(0);
    expect(await world.views.checkpoint()).toEqual({ logId: 'k7wq', position: 1n });
  });

  it('begun anew at any event gives the same rows as in one go', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.array(fc.nat({ max: 200 }), { maxLength: 4 }), async (log, places) => {
        const store = new InMemoryEventStore({ logId: 'k7wq' });
        const views = new LastingViews();
        let written = 0n;
        for (const part of cut(log, places)) {
          for (const { id, type, data, metadata, streamId, revision } of part) {
            const expected = revision === 0n ? 'no-stream' : revision - 1n;
            ({ position: written } = await store.append(streamId, [{ id, type, data, metadata }], expected));
          }
          // A new follower knows no stream and has to read those that go on.
          const world = followerWorld({
            log: store,
            views: { openWriter: async () => views, openReader: async () => views },
          });
          const running = world.run();
          await reached(world, written);
          await world.stop(running);
        }
        const { views: expected } = await projectAll([log]);
        expect(views.rows()).toEqual(expected.rows());
      }),
      { numRuns: 10 },
    );
  }, 120_000);

  it('tells an event that it cannot read once, loudly, and goes on', async () => {
    const world = followerWorld();
    const running = world.run();
    await world.log.append(actionStream(ACME, scopeOf(1)), [newEvent('ActionPaused', {})], 'no-stream');
    await reached(world, await appendKey(world.log, 'a'));
    await world.stop(running);
    expect(world.told.filter(({ level }) => level === 'error')).toMatchObject([
      { fields: { type: 'ActionPaused', revision: '0' } },
    ]);
    expect(world.views.audit.size).toBe(2);
  });
});

describe('views that nobody sees yet', () => {
  function hidden(goLive: () => Promise<boolean>) {
    const views = Object.assign(new LastingViews(), { live: false });
    const writer = Object.assign(views, {
      goLive: async () => {
        const replaced = await goLive();
        views.live = true;
        return replaced;
      },
    });
    return followerWorld({ views: { openWriter: async () => writer, openReader: async () => views } });
  }

  it.each([
    [true, 1],
    [false, 0],
  ])('go live at the end of the log; that others were there before (%s) is told', async (replaced, lines) => {
    const world = hidden(async () => replaced);
    let live = false;
    void world.follower.live.then(() => {
      live = true;
    });
    const running = world.run();
    await until('they are live', () => live);
    expect(world.follower.followed?.writer.live).toBe(true);
    await world.stop(running);
    expect(world.told.filter(({ level }) => level === 'info')).toHaveLength(lines);
  });

  it('and cannot go live are trouble like any other: waits grow, and it is told once', async () => {
    let tries = 0;
    const world = hidden(async () => {
      tries += 1;
      if (tries < 4) throw new ViewsUnavailable('memory', 'no space left');
      return false;
    });
    await appendKey(world.log, 'a');
    const running = world.run();
    await until('they are live', () => world.follower.followed?.writer.live === true);
    await until('it tells that it goes on', () => world.told.some(({ level }) => level === 'info'));
    await world.stop(running);
    expect(world.told.filter(({ level }) => level === 'warn')).toHaveLength(1);
    expect(world.told.filter(({ level }) => level === 'info')).toHaveLength(1);
    const waits = world.told.map(({ fields }) => fields['retryMs']).filter((wait) => wait !== undefined);
    expect(waits).toEqual([100, 200, 400]);
  });
});

describe('trouble outside', () => {
  it('does not end it: while the views are away it waits, tells so once, and then goes on without a gap', async () => {
    const world = followerWorld();
    const running = world.run();
    await reached(world, await appendKey(world.log, 'a'));
    world.views.failure = new ViewsUnavailable('memory', 'away');
    const position = await appendKey(world.log, 'b');
    await until(
      'it was tried again and again',
      () => world.told.filter(({ level }) => level === 'debug').length > 1,
    );
    expect(world.told.filter(({ level }) => level === 'warn')).toHaveLength(1);
    world.views.failure = undefined;
    await reached(world, position);
    await until('it tells that it goes on', () =>
      world.told.some(({ level, message }) => level === 'info' && message.includes('again')),
    );
    await world.stop(running);
    expect(world.views.audit.size).toBe(2);
  });

  it('is not what another log in the place of ours is: that ends it, for its events are none of these views', async () => {
    const log = new InMemoryEventStore({ logId: 'k7wq' });
    const replaced = {
      ...{ logId: 'k7wq', readStream: log.readStream.bind(log), readAll: log.readAll.bind(log) },
      close: () => log.close(),
      async *subscribe() {
        yield { kind: 'caught-up' as const, position: 0n };
        throw new OtherLog('k7wq', 'other');
      },
    };
    await expect(followerWorld({ log: replaced }).run()).rejects.toMatchObject({ code: 'OTHER_LOG' });
  });

  it('does not keep it from stopping', async () => {
    const world = followerWorld();
    world.views.failure = new ViewsUnavailable('memory', 'away');
    const running = world.run();
    await until('it has noticed', () => world.told.length > 0);
    await world.stop(running);
  });
});

describe('views that do not fit the log', () => {
  const spoilt = async (logId: string, position: bigint) => {
    const views = new LastingViews();
    await views.apply({
      auditEvents: [],
      executions: [],
      executionPatches: [],
      idempotency: [],
      idempotencyPatches: [],
      opened: [],
      closed: [],
      auditValues: [],
      actions: [],
      actionPatches: [],
      checkpoint: { logId, position },
    });
    return views;
  };
  const cases: [string, string, bigint, RegExp][] = [
    ['of another log', 'other', 1n, /built from the log other, and this is k7wq/],
    ['that are ahead of it', 'k7wq', 9n, /tell of position 9, and the log ends at 1/],
  ];

  it.each(cases)('%s are left as they are, with what to do, until others are asked for', async (...given) => {
    const [, logId, position, sentence] = given;
    const old = await spoilt(logId, position);
    const views = new LastingViews();
    const place: ViewsPlace = {
      openWriter: async (how) => (how?.anew ? views : old),
      openReader: async () => old,
    };
    const world = followerWorld({ views: place });
    await appendKey(world.log, 'a');
    const running = world.run();
    const { misfit } = world.follower;
    await until('it is told', () => misfit.reason !== null);
    expect(misfit.reason).toMatch(sentence);
    expect(misfit.reason).toMatch(/`ado views rebuild`/);
    expect(world.told.filter(({ level }) => level === 'error')).toHaveLength(1);
    const ended: unknown[] = [];
    misfit.decide({ done: (events) => ended.push(events), failed: (reason) => ended.push(reason) });
    await reached(world, 1n);
    await world.stop(running);
    expect(ended).toEqual([1]);
    expect([await old.checkpoint(), views.audit.size]).toEqual([{ logId, position }, 1]);
  });

  it.each([
    ['lacks what they saw last', ['a', 'x', 'y']],
    ['has another event where that was', ['a', 'b', 'y']],
  ])(
    'are those of a log that was put back and has grown past them since, where it %s',
    async (_how, names) => {
      const before = followerWorld();
      const kept = await appendKey(before.log, 'a');
      await appendKey(before.log, 'b');
      const first = before.run();
      await reached(before, 2n);
      await before.stop(first);
      const log = new InMemoryEventStore({ logId: 'k7wq' });
      for await (const event of before.log.readAll())
        if (event.position === kept) await log.append(event.streamId, [event], 'no-stream');
      for (const name of names.slice(1)) await appendKey(log, name);
      const world = followerWorld({ log, views: before.place });
      const running = world.run();
      const { misfit } = world.follower;
      await until('it is told', () => misfit.reason !== null);
      await world.stop(running);
      expect(world.told.filter(({ level }) => level === 'error')).toHaveLength(1);
      expect(JSON.stringify(world.told)).toMatch(/saw event .* of access-acme\.b, .* put back from a backup/);
      expect(before.views.audit.size).toBe(2);
    },
  );

  it('are not those of a stream that somebody deleted where the log is served', async () => {
    const before = followerWorld();
    await appendKey(before.log, 'a');
    const first = before.run();
    await reached(before, 1n);
    await before.stop(first);
    const { log } = before;
    log.readStream = () => {
      throw new StreamCutShort('access-acme.a', 'it was deleted');
    };
    const world = followerWorld({ log, views: before.place });
    const running = world.run();
    await reached(world, 1n);
    await world.stop(running);
    expect(world.follower.misfit.reason).toBeNull();
  });

  it('do not keep it from stopping while nobody has decided', async () => {
    const views = await spoilt('other', 1n);
    const world = followerWorld({ views: { openWriter: async () => views, openReader: async () => views } });
    const running = world.run();
    await until('it is told', () => world.follower.misfit.reason !== null);
    await world.stop(running);
  });

  it.each(cases)('%s are thrown away where that is allowed, and built anew', async (_, logId, position) => {
    let views = await spoilt(logId, position);
    const place = {
      openWriter: async () => views,
      openReader: async () => views,
      startAgain: async () => {
        views = new LastingViews();
      },
    };
    const world = followerWorld({ views: place });
    await appendKey(world.log, 'a');
    const running = world.run();
    await until('they are there', () => views.audit.size === 1);
    await world.stop(running);
    expect(await views.checkpoint()).toEqual({ logId: 'k7wq', position: 1n });
  });

  it('are those too that the engine finds foreign; what a newer version made ends it', async () => {
    const failing = (error: Error) =>
      followerWorld({
        views: { openWriter: () => Promise.reject(error), openReader: () => Promise.reject(error) },
      });
    const foreign = failing(new ForeignViews('memory', 'other', 'k7wq'));
    const running = foreign.run();
    await until('it is told', () => foreign.follower.misfit.reason?.includes('other') ?? false);
    await foreign.stop(running);
    await expect(failing(new ViewsTooNew('memory', 9, 1)).run()).rejects.toThrow(/definition 9/);
  });
});
