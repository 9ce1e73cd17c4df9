/** What views that are filled before anybody sees them promise, for every engine: G2 and G4 of `open-generation.ts`. */
import { sql } from 'kysely';
import { DyingPlace } from './dying-place.contract.js';
import { placeAt } from './engine/place-at.js';
import type { MakeUrl } from './engines.contract.js';
import { openGeneration } from './generations/open-generation.js';
import { openViewsReader, openViewsWriter } from './open-views.js';
import { auditEvent, changes, execution } from './sample-rows.contract.js';
import type { OpenViewsWriter, ViewsReader } from './views.js';

const EVENTS = 10;
const rows = changes(BigInt(EVENTS), {
  auditEvents: Array.from({ length: EVENTS }, (_, index) => auditEvent(index + 1)),
  executions: Array.from({ length: EVENTS }, (_, index) => execution(index + 1)),
});
const checkpoint = { logId: 'log1', position: BigInt(EVENTS) };

export function describeFillingFirst(name: string, makeUrl: MakeUrl): void {
  describe(name, () => {
    let url: string;
    let writer: OpenViewsWriter;
    let reader: ViewsReader;

    beforeEach(async () => {
      url = await makeUrl();
      writer = await openViewsWriter({ url, fillFirst: true });
      reader = await openViewsReader({ url });
    });
    afterEach(async () => {
      await reader.close();
      await writer.close();
    });

    /** Names of the indexes of a generation, in both engines' catalogues. */
    async function indexes(generation: number): Promise<string[]> {
      const place = placeAt(url);
      const connections = await place.open(generation, 'read');
      if (connections === null) throw new Error(`no generation ${generation}`);
      try {
        const query = url.startsWith('embedded:')
          ? sql<{ name: string }>`select name from sqlite_master where type = 'index' and sql is not null`
          : sql<{ name: string }>`select indexname as name from pg_indexes
              where schemaname = current_schema() and indexname not like '%\\_pk%'`;
        const found = await query.execute(connections.db);
        return found.rows.map(({ name: index }) => index).sort();
      } finally {
        await connections.close();
        await place.close();
      }
    }

    /** Those of views that were empty when they went live. */
    async function allIndexes(): Promise<string[]> {
      const beside = await writer.buildAnew();
      const all = await indexes(writer.generation + 1);
      await beside.discard();
      expect(all.length).toBeGreaterThan(15);
      return all;
    }

    it('nobody reads them before they are told to go live, and then all of them', async () => {
      await writer.apply(rows);
      expect([writer.live, await reader.checkpoint()]).toEqual([false, null]);
      expect(await writer.goLive()).toBe(false);
      expect([writer.live, await reader.checkpoint()]).toEqual([true, checkpoint]);
      expect((await reader.counts())['execution']).toBe(EVENTS);
    });

    it('they are filled with the indexes that the writer reads by, and live with all', async () => {
      await writer.apply(rows);
      expect(await indexes(writer.generation)).toEqual(['open_execution_due', 'open_execution_held']);
      await writer.goLive();
      expect(await indexes(writer.generation)).toEqual(await allIndexes());
    });

    it('an index that an earlier try made is made once', async () => {
      await writer.apply(rows);
      const place = placeAt(url);
      const connections = await place.open(writer.generation, 'index');
      await connections?.db.schema
        .createIndex('execution_newest')
        .on('execution')
        .columns(['tenant', 'first_position'])
        .execute();
      await connections?.close();
      await place.close();
      await writer.goLive();
      expect(await indexes(writer.generation)).toEqual(await allIndexes());
    });

    it('once live they stay so, whoever opens them', async () => {
      await writer.apply(rows);
      await writer.goLive();
      await writer.close();
      writer = await openViewsWriter({ url, fillFirst: true });
      expect([writer.live, await reader.checkpoint()]).toEqual([true, checkpoint]);
    });

    it('a writer that fills nothing first finishes what another left', async () => {
      await writer.apply(rows);
      await writer.close();
      writer = await openViewsWriter({ url });
      expect([writer.live, await reader.checkpoint()]).toEqual([true, checkpoint]);
      expect(await indexes(writer.generation)).toEqual(await allIndexes());
    });

    it('going live tells whether there were others before', async () => {
      await writer.goLive();
      await writer.close();
      const anew = await openViewsWriter({ url, anew: true, fillFirst: true });
      writer = anew;
      await anew.apply(rows);
      expect(await anew.goLive()).toBe(true);
    });

    it('a death at any step of going live loses no row, and the next one goes live with all indexes', async () => {
      let deaths = 0;
      for (let acts = 0, survived = false; !survived; acts += 1) {
        await Promise.all([writer.close(), reader.close()]);
        url = await makeUrl();
        const place = new DyingPlace(placeAt(url));
        const dying = await openGeneration(place, () => {}, { fillFirst: true });
        await dying.apply(rows);
        place.dieAfter(acts);
        survived = await dying.goLive().then(
          () => true,
          () => false,
        );
        if (!survived) deaths += 1;
        await dying.close();
        writer = await openViewsWriter({ url, fillFirst: true });
        expect(await writer.checkpoint()).toEqual(checkpoint);
        await writer.goLive();
        expect(await indexes(writer.generation)).toEqual(await allIndexes());
        reader = await openViewsReader({ url });
        expect(await reader.checkpoint()).toEqual(checkpoint);
      }
      expect(deaths).toBeGreaterThan(2);
    });
  });
}
