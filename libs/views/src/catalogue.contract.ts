import { ActionsQuery, TenantName } from '@action-do/contracts';
import type { MakeUrl } from './engines.contract.js';
import { openViewsReader, openViewsWriter } from './open-views.js';
import { TEXT_BYTES_MAX } from './read/read-within.js';
import { action, changes } from './sample-rows.contract.js';
import type { ViewsReader, ViewsWriter } from './views.js';

const ACME = TenantName.parse('acme');

/** The rules of the list of actions, for every engine. @param makeUrl as for `describeViews` */
export function describeCatalogue(name: string, makeUrl: MakeUrl): void {
  describe(name, () => {
    let url: string;
    let writer: ViewsWriter;
    let reader: ViewsReader;
    const catalogued = async (query: object): Promise<string[]> => {
      const { rows: found } = await reader.catalogue(ACME, ActionsQuery.parse(query));
      return found.map(({ action: named, version }) => `${named}@${version}`);
    };

    const retired = {
      retiredAtMs: 9,
      retiredByType: 'api_key',
      retiredById: 'acme-bob',
      retiredBecause: 'there is a newer one',
      successorAction: 'pay',
      successorVersion: 10,
    };
    const rows = [
      action('pay', 9, retired),
      action('pay', 10, { target: 'http', url: 'https://pay.example.com/' }),
      // By the rules of a language this comes behind the next one.
      action('pay-zoo', 1, { target: 'in-process' }),
      action('payall', 1),
    ];
    beforeAll(async () => {
      url = await makeUrl();
      writer = await openViewsWriter({ url });
      reader = await openViewsReader({ url });
      const theirs = action('pay', 1, { tenant: 'other' });
      await writer.apply(changes(11n, { actions: [action('send-invoice'), ...rows, theirs].reverse() }));
    });
    afterAll(async () => {
      await reader.close();
      await writer.close();
    });

    it.each<[object, string[]]>([
      [{}, ['pay@10', 'pay@9', 'pay-zoo@1', 'payall@1', 'send-invoice@1']],
      [{ action: ['pay', 'payall'] }, ['pay@10', 'pay@9', 'payall@1']],
      [{ action: ['-pay'] }, ['pay-zoo@1', 'payall@1', 'send-invoice@1']],
      [{ action: ['nobody'] }, []],
      [{ status: ['retired'] }, ['pay@9']],
      [{ status: ['-retired'], action: ['pay'] }, ['pay@10']],
      [{ target: ['http', 'in-process'] }, ['pay@10', 'pay-zoo@1']],
      [{ target: ['-bus'] }, ['pay@10', 'pay-zoo@1']],
    ])('by %j is %j: by name, newest version first, of this tenant alone', async (query, expected) => {
      expect(await catalogued(query)).toEqual(expected);
    });

    it.each([1, 2, 3])(
      'in pages of %d has each version once, whatever is written meanwhile',
      async (limit) => {
        const found: string[] = [];
        const filters = { action: ['-a'] };
        let cursor: string | null | undefined;
        for (let pages = 0; cursor !== null && pages < 9; pages += 1) {
          const query = ActionsQuery.parse({
            ...filters,
            limit,
            ...(cursor === undefined ? {} : { cursor }),
          });
          const page = await reader.catalogue(ACME, query);
          expect(page.rows.length).toBeLessThanOrEqual(limit);
          found.push(...page.rows.map(({ action: name, version }) => `${name}@${version}`));
          cursor = page.nextCursor;
          if (found.length === limit)
            await writer.apply(changes(12n + BigInt(limit), { actions: [action('a')] }));
        }
        expect(found).toEqual(['pay@10', 'pay@9', 'pay-zoo@1', 'payall@1', 'send-invoice@1']);
      },
    );

    it('gives rows as they were written, and the newest of a version alone', async () => {
      const again = action('pay', 9, { ...retired, description: 'else', registeredAtMs: 2_000 });
      await writer.apply(changes(20n, { actions: [again] }));
      const page = await reader.catalogue(ACME, ActionsQuery.parse({ action: ['pay'] }));
      expect(page).toMatchObject({ checkpoint: { position: 20n }, nextCursor: null, live: true });
      expect(page.rows).toEqual([rows[1], again]);
    });

    it('tells the writer of each version what projecting needs, and none of its schemas', async () => {
      const known = await writer.actions();
      expect(known).toContainEqual({
        tenant: 'acme',
        action: 'pay',
        version: 9,
        retiredAtMs: 9,
        indexedPaths: [],
      });
      expect(known).toHaveLength(Number((await writer.counts())['action']));
    });

    it('shows a version that was retired since as it was, but for that', async () => {
      const offered = [action('late', 1, { indexedPaths: ['params.a'] }), action('late', 2)];
      await writer.apply(changes(21n, { actions: offered }));
      const patch = { tenant: 'acme', action: 'late', version: 1, ...retired, position: 22n };
      await writer.apply(changes(22n, { actionPatches: [patch] }));
      const page = await reader.catalogue(ACME, ActionsQuery.parse({ action: ['late'] }));
      expect(page.rows).toEqual([offered[1], { ...offered[0], ...patch }]);
    });

    it('ends a page where its schemas are long, whatever limit was asked for, and has each version once', async () => {
      // Of two and three bytes a character; one alone is longer than a page.
      const schema = (bytes: number): string => JSON.stringify({ é: '€'.repeat(bytes / 3) });
      const long = Array.from({ length: 20 }, (_, n) =>
        action('long', 30 - n, {
          tenant: 'acme-long',
          paramsJsonSchema: schema(250_000),
          resultJsonSchema: '{}',
        }),
      );
      const alone = action('long', 99, { tenant: 'acme-long', paramsJsonSchema: schema(900_000) });
      await writer.apply(changes(30n, { actions: [...long, alone] }));
      const sizes: number[] = [];
      const found: number[] = [];
      let cursor: string | null | undefined;
      for (let pages = 0; cursor !== null && pages < 30; pages += 1) {
        const query = ActionsQuery.parse({ limit: 500, ...(cursor === undefined ? {} : { cursor }) });
        const page = await reader.catalogue(TenantName.parse('acme-long'), query);
        sizes.push(page.rows.length);
        found.push(...page.rows.map(({ version }) => version));
        for (const { paramsJsonSchema } of page.rows.slice(1))
          expect(Buffer.byteLength(paramsJsonSchema) * page.rows.length).toBeLessThan(TEXT_BYTES_MAX);
        cursor = page.nextCursor;
      }
      expect(found).toEqual([99, ...long.map(({ version }) => version)]);
      expect(sizes).toEqual([1, 3, 3, 3, 3, 3, 3, 2]);
    });

    it.each(['x', '', 'YWN0aW9uczo', 'YWN0aW9uczpwYXk6MDE', '😀'])(
      'has no cursor %j, and refuses it',
      async (cursor) => {
        await expect(reader.catalogue(ACME, { ...ActionsQuery.parse({}), cursor })).rejects.toMatchObject({
          code: 'CURSOR_INVALID',
        });
      },
    );
  });
}
