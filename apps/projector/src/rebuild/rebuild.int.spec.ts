/** R1 to R4 of `rebuild.ts`, on the real engines. */
import { join } from 'node:path';
import { actionStream } from '@action-do/contracts';
import { InMemoryEventStore, type RecordedEvent } from '@action-do/event-store';
import {
  canRun,
  type PostgresServer,
  postgresProgram,
  startPostgres,
  temporaryFolder,
  until,
} from '@action-do/test-support';
import { compareViews, ViewsDamaged, ViewsUnavailable } from '@action-do/views';
import fc from 'fast-check';
import type { OpenWriter } from '../ports.js';
import { ACME, appendKey, newEvent } from '../testing/follower-world.contract.js';
import { history, scopeOf } from '../testing/histories.contract.js';
import {
  appendManyTo,
  beside,
  type Changes,
  GatedLog,
  quiet,
  type RebuildWorld,
  rebuildWorld,
  spoiling,
} from '../testing/rebuild-world.contract.js';
import { viewsPlace } from '../views-place.js';
import { fillViews } from './fill-views.js';

async function append(log: InMemoryEventStore, events: readonly RecordedEvent[]): Promise<void> {
  for (const { id, type, data, metadata, streamId, revision } of events)
    await log.append(streamId, [{ id, type, data, metadata }], revision === 0n ? 'no-stream' : revision - 1n);
}

async function logOf(logId: string, keys: number): Promise<InMemoryEventStore> {
  const log = new InMemoryEventStore({ logId });
  for (let n = 0; n < keys; n += 1) await appendKey(log, `k-${n}`);
  return log;
}

const generationOf = ({ follower }: RebuildWorld): number => follower.followed?.writer.generation ?? -1;

function describeRebuild(engine: string, makeUrl: () => string): void {
  describe(`a rebuild on ${engine}`, () => {
    let log: GatedLog;
    let url: string;
    const worlds: RebuildWorld[] = [];
    const begin = (...given: Parameters<typeof rebuildWorld>): RebuildWorld => {
      const begun = rebuildWorld(...given);
      worlds.push(begun);
      return begun;
    };
    beforeEach(() => {
      log = new GatedLog({ logId: 'k7wq' });
      url = makeUrl();
    });
    afterEach(async () => {
      log.letGo();
      for (const each of worlds.splice(0)) await each.stop();
    });

    it('ends with the same rows in new tables, which then follow the log; others can be built again', async () => {
      for (const name of ['a', 'b', 'c']) await appendKey(log, name);
      const live = begin(log, url);
      await live.reached(3n);
      expect(live.rebuilds.status).toBeNull();
      for (const generation of [2, 3]) {
        expect(live.rebuilds.begin()).toMatchObject({ state: 'running', done: '0' });
        // Three events; besides them, three stretches of time.
        expect(await live.ended()).toEqual({ state: 'done', done: '3', total: '3', rowsCompared: '6' });
        expect(generationOf(live)).toBe(generation);
      }
      const reader = await viewsPlace(url, quiet).openReader();
      await live.reached(await appendKey(log, 'd'));
      expect((await reader.counts())['audit_event']).toBe(4);
      await reader.close();
    });

    it('lets the live views follow the log, and a second request is told of the one under way', async () => {
      for (const name of ['a', 'b', 'c']) await appendKey(log, name);
      const live = begin(log, url);
      await live.reached(3n);
      log.stopBehind(2n);
      live.rebuilds.begin();
      expect(() => live.rebuilds.begin()).toThrow(/already/);
      await live.reached(await appendKey(log, 'd'));
      const reader = await viewsPlace(url, quiet).openReader();
      expect((await reader.counts())['audit_event']).toBe(4);
      await reader.close();
      expect(live.rebuilds.status?.state).toBe('running');
      log.letGo();
      expect(await live.ended()).toMatchObject({ state: 'done', done: '4', total: '4' });
      expect(live.follower.followed?.position).toBe(4n);
    });

    it('takes over with what was appended while rows were compared', async () => {
      await appendKey(log, 'a');
      const live: RebuildWorld = begin(log, url, (writer) =>
        beside(writer, (successor) => {
          const compare = successor.compare.bind(successor);
          return Object.assign(successor, {
            compare: async () => {
              const comparison = await compare();
              const difference = comparison.difference.bind(comparison);
              return Object.assign(comparison, {
                difference: async (onRows: (rows: number) => void) => {
                  await live.reached(await appendKey(log, 'b'));
                  return difference(onRows);
                },
              });
            },
          });
        }),
      );
      await live.reached(1n);
      live.rebuilds.begin();
      expect(await live.ended()).toEqual({ state: 'done', done: '2', total: '2', rowsCompared: '4' });
      expect(await live.follower.followed?.writer.counts()).toMatchObject({ audit_event: 2 });
    });

    it('gives what the log gives, whatever is appended meanwhile', async () => {
      await fc.assert(
        fc.asyncProperty(history, fc.nat({ max: 60 }), async (events, cut) => {
          log = new GatedLog({ logId: 'k7wq' });
          url = makeUrl();
          await append(log, events.slice(0, cut));
          const live = begin(log, url);
          await live.reached(BigInt(Math.min(cut, events.length)));
          live.rebuilds.begin();
          await append(log, events.slice(cut));
          expect(await live.ended()).toMatchObject({ state: 'done' });
          await live.reached(BigInt(events.length));
          await live.stop();
          const other = makeUrl();
          await fillViews(log, other, BigInt(events.length));
          expect(await compareViews({ url }, { url: other })).toMatchObject({ difference: null });
        }),
        { numRuns: 5 },
      );
    }, 120_000);

    it('that finds a row which is not the same names it and does not take over', async () => {
      for (const name of ['a', 'b', 'c']) await appendKey(log, name);
      const live = begin(log, url, (writer) =>
        spoiling(writer, (changes) => ({
          ...changes,
          auditEvents: changes.auditEvents.map((row) =>
            row.position === 2n ? { ...row, actorId: 'mallory' } : row,
          ),
        })),
      );
      await live.reached(3n);
      live.rebuilds.begin();
      const { state, error } = await live.ended();
      expect([state, error]).toEqual([
        'failed',
        'the row position=2 of audit_event differs in actor_id; the live views stay as they are',
      ]);
      expect(generationOf(live)).toBe(1);
      await live.reached(await appendKey(log, 'd'));
      expect(live.told.filter(({ level }) => level === 'error')).toHaveLength(1);
    });

    it('that comes no closer to the live views fails with what to do, and they go on', async () => {
      let head = await appendManyTo(log, 'before');
      let rounds = 0;
      const live: RebuildWorld = begin(log, url, (writer) =>
        beside(writer, (successor) => {
          const apply = successor.apply.bind(successor);
          return Object.assign(successor, {
            apply: async (changes: Changes) => {
              await apply(changes);
              // Bounded, so that one that does not give up is seen to end otherwise.
              if (changes.checkpoint.position < head || ++rounds > 12) return;
              head = await appendManyTo(log, `round-${rounds}`);
              await live.reached(head);
            },
          });
        }),
      );
      await live.reached(head);
      live.rebuilds.begin();
      expect(await live.ended()).toMatchObject({
        state: 'failed',
        error: 'events are written as fast as they are read again; rebuild when fewer actions are executed',
      });
      await live.reached(await appendKey(log, 'a'));
      expect(generationOf(live)).toBe(1);
    });

    it('that is broken off leaves the live views as they were, for a new start too', async () => {
      for (const name of ['a', 'b', 'c']) await appendKey(log, name);
      const live = begin(log, url);
      await live.reached(3n);
      log.stopBehind(1n);
      live.rebuilds.begin();
      await live.stop();
      expect(await live.ended()).toMatchObject({ state: 'failed', error: expect.stringMatching(/closed/) });
      const later = begin(log, url);
      await later.reached(3n);
      expect([generationOf(later), later.rebuilds.status]).toEqual([1, null]);
      log.letGo();
      later.rebuilds.begin();
      expect(await later.ended()).toMatchObject({ state: 'done' });
    });

    it('that cannot write fails, and the live views go on', async () => {
      await appendKey(log, 'a');
      const live = begin(log, url, (writer) =>
        beside(writer, (successor) =>
          Object.assign(successor, { apply: () => Promise.reject(new ViewsUnavailable(url, 'full')) }),
        ),
      );
      await live.reached(1n);
      live.rebuilds.begin();
      expect(await live.ended()).toMatchObject({ state: 'failed', error: 'the views could not be written' });
      await live.reached(await appendKey(log, 'b'));
      expect(generationOf(live)).toBe(1);
    });

    it('whose end is not known opens the views again, and goes on with those that are live', async () => {
      await appendKey(log, 'a');
      const live = begin(log, url, (writer) =>
        beside(writer, (successor) => {
          const takeOver = successor.takeOver.bind(successor);
          return Object.assign(successor, {
            takeOver: async () => {
              await (await takeOver()).close();
              throw new ViewsUnavailable(url, 'the answer was lost');
            },
          });
        }),
      );
      await live.reached(1n);
      live.rebuilds.begin();
      expect(await live.ended()).toMatchObject({ state: 'failed' });
      await live.reached(await appendKey(log, 'b'));
      expect(generationOf(live)).toBe(2);
    });

    it('takes the place of views of another log, which are served until then', async () => {
      await fillViews(await logOf('other', 5), url, 5n);
      await appendKey(log, 'a');
      const { startAgain: _, ...place } = viewsPlace(url, quiet);
      const live = begin(log, url, (writer) => writer, place);
      await until('it is told', () => live.follower.misfit.reason !== null);
      const reader = await place.openReader();
      expect((await reader.checkpoint())?.logId).toBe('other');
      expect(live.rebuilds.begin()).toEqual({ state: 'running', done: '0', total: '0' });
      expect(() => live.rebuilds.begin()).toThrow(/already/);
      expect(await live.ended()).toEqual({ state: 'done', done: '1', total: '1' });
      await until('readers have gone over', async () => (await reader.checkpoint())?.logId === 'k7wq');
      await reader.close();
      expect(generationOf(live)).toBe(2);
      // They are live ones now, beside which others can be built.
      live.rebuilds.begin();
      expect(await live.ended()).toMatchObject({ state: 'done', rowsCompared: '4' });
    });

    it('can be asked for again when what was built does not fit either, and whether or not anybody looked', async () => {
      await appendKey(log, 'a');
      let damaged = true;
      const { startAgain: _, ...place } = viewsPlace(url, quiet);
      const breaking = (writer: OpenWriter): OpenWriter => {
        const apply = writer.apply.bind(writer);
        const failing = (changes: Changes) =>
          damaged ? Promise.reject(new ViewsDamaged(url, 'a torn page')) : apply(changes);
        return Object.assign(writer, { apply: failing });
      };
      const live = begin(log, url, breaking, place);
      const misfit = () => until('it is told', () => live.follower.misfit.reason !== null);
      await misfit();
      live.rebuilds.begin();
      await misfit();
      expect(live.rebuilds.status).toMatchObject({
        state: 'failed',
        error: expect.stringMatching(/a torn page/),
      });
      damaged = false;
      expect(live.rebuilds.begin()).toMatchObject({ state: 'running' });
      await live.reached(1n);
      // It ended, and nobody asked how.
      damaged = true;
      await appendKey(log, 'b');
      await misfit();
      expect(live.rebuilds.status).toEqual({ state: 'done', done: '1', total: '1' });
      damaged = false;
      expect(live.rebuilds.begin()).toMatchObject({ state: 'running' });
      expect(await live.ended()).toEqual({ state: 'done', done: '2', total: '2' });
    });

    it('tells of no event that the live views have told of', async () => {
      await log.append(actionStream(ACME, scopeOf(1)), [newEvent('ActionPaused', {})], 'no-stream');
      await appendKey(log, 'a');
      const live = begin(log, url);
      await live.reached(2n);
      live.rebuilds.begin();
      expect(await live.ended()).toMatchObject({ state: 'done' });
      expect(live.told.filter(({ level }) => level === 'error')).toHaveLength(1);
    });
  });
}

const folder = temporaryFolder('action-do-rebuild');
afterAll(() => folder.remove());
let places = 0;
describeRebuild('libsql', () => `embedded:${join(folder.path, `views-${++places}`)}`);

// Skipped: only where PostgreSQL is not installed.
(canRun(postgresProgram(), 'PostgreSQL') ? describe : describe.skip)('on a real server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.stop());
  describeRebuild('PostgreSQL', () => server.database());
});
