/** What building views anew promises, for every engine: S1 to S3 of `successor.ts`, and that no difference is missed. */
import { AuditQuery, TenantName } from '@action-do/contracts';
import { compareViews } from './compare/compare-views.js';
import { DyingPlace } from './dying-place.contract.js';
import { placeAt } from './engine/place-at.js';
import type { MakeUrl } from './engines.contract.js';
import { openGeneration } from './generations/open-generation.js';
import { openViewsReader, openViewsWriter } from './open-views.js';
import { action, auditEvent, changes, execution, idempotency } from './sample-rows.contract.js';
import type { OpenViewsWriter, ViewChanges, ViewsDifference, ViewsReader, ViewsSuccessor } from './views.js';

const ACME = TenantName.parse('acme');
/** More than two pages of a comparison. */
const MANY = 1_200;
const SECRET = 'what somebody passed';

const open = (number: number, dueAtMs = 5) => {
  const { executionId, stream } = execution(number);
  return { executionId, stream, dueAtMs, executor: 'e1' };
};
const value = (number: number, text = SECRET) => ({
  tenant: execution(number).tenant,
  path: 'params.a',
  value: text,
  position: BigInt(number),
});
/** A row in every table. */
const some = (over: Partial<ViewChanges> = {}): ViewChanges =>
  changes(9n, {
    auditEvents: [auditEvent(1), auditEvent(2)],
    executions: [execution(1), execution(2)],
    idempotency: [idempotency(1), idempotency(2)],
    opened: [open(1), open(2)],
    auditValues: [value(1), value(2)],
    actions: [action('a'), action('b')],
    ...over,
  });
/** `a\uffff0000b` is how `a\0b` is stored, and stored otherwise itself. */
const AWKWARD = ['a\0b', 'a\uffff0000b', '', 'é🎉', 'Z', 'z', 'ä', ' '];

export function describeBuildingAnew(name: string, makeUrl: MakeUrl): void {
  describe(name, () => {
    let url: string;
    let live: OpenViewsWriter;
    let reader: ViewsReader;
    let next: ViewsSuccessor;

    beforeEach(async () => {
      url = await makeUrl();
      live = await openViewsWriter({ url });
      reader = await openViewsReader({ url });
      next = await live.buildAnew();
    });
    afterEach(async () => {
      await reader.close();
      await next.discard();
      await live.close();
    });

    const audited = async (): Promise<number[]> => {
      const { rows } = await reader.auditEvents(ACME, AuditQuery.parse({}));
      return rows.map(({ position }) => Number(position));
    };
    async function difference(): Promise<{ found: ViewsDifference | null; rows: number }> {
      const comparison = await next.compare();
      let rows = 0;
      try {
        const found = await comparison.difference((sofar) => {
          rows = sofar;
        });
        return { found, rows };
      } finally {
        await comparison.close();
      }
    }

    it('readers see the live views, which are written on, until the others take over (S1)', async () => {
      await live.apply(changes(1n, { auditEvents: [auditEvent(1)] }));
      await next.apply(changes(1n, { auditEvents: [auditEvent(1)] }));
      await next.apply(changes(2n, { auditEvents: [auditEvent(2)] }));
      expect(await audited()).toEqual([1]);
      await live.apply(changes(3n, { auditEvents: [auditEvent(3)] }));
      expect(await audited()).toEqual([3, 1]);

      await next.apply(changes(3n, { auditEvents: [auditEvent(3)] }));
      const before = live;
      live = await next.takeOver();
      expect([live.live, live.generation]).toEqual([true, next.generation]);
      await expect(before.checkpoint()).rejects.toMatchObject({ code: 'VIEWS_UNAVAILABLE' });
      await live.apply(changes(4n, { auditEvents: [auditEvent(4)] }));
      const later = await openViewsReader({ url });
      expect((await later.auditEvents(ACME, AuditQuery.parse({}))).rows).toHaveLength(4);
      await later.close();
    });

    it.each([1n, 3n])('at %s they do not take over from live ones at 2 (S2)', async (position) => {
      await live.apply(changes(2n));
      await next.apply(changes(position));
      await expect(next.takeOver()).rejects.toThrow('take over');
      expect(await reader.checkpoint()).toEqual({ logId: 'log1', position: 2n });
      await next.discard();
      await live.apply(changes(3n));
    });

    it('the lock goes over to them, and is free when they are closed', async () => {
      const before = live;
      live = await next.takeOver();
      await before.close();
      await expect(openViewsWriter({ url })).rejects.toMatchObject({ code: 'VIEWS_IN_USE' });
      await live.close();
      live = await openViewsWriter({ url });
      expect(live.generation).toBe(next.generation);
    });

    it('the lock is free also when the connections of the old ones break while they are closed', async () => {
      await next.discard();
      await live.close();
      const place = placeAt(url);
      const open = place.open.bind(place);
      const breaking: typeof open = async (generation, use) => {
        const connections = await open(generation, use);
        if (connections === null || use === 'read' || generation !== 1) return connections;
        const close = async () => {
          await connections.close();
          throw new Error('the connection was reset');
        };
        return { db: connections.db, close };
      };
      const first = await openGeneration(Object.assign(place, { open: breaking }), () => {});
      const second = await first.buildAnew();
      await expect(second.takeOver()).rejects.toThrow('was reset');
      await expect(first.close()).rejects.toThrow('was reset');
      live = await openViewsWriter({ url });
      expect([first.generation, live.generation]).toEqual([1, second.generation]);
    });

    it('and then others can be built beside those', async () => {
      live = await next.takeOver();
      const third = await live.buildAnew();
      await live.apply(changes(7n));
      await third.apply(changes(7n));
      live = await third.takeOver();
      expect(await live.checkpoint()).toEqual({ logId: 'log1', position: 7n });
    });

    it.each(['discarded', 'left by a writer that died'])(
      '%s, they leave nothing behind (S3)',
      async (how) => {
        await live.apply(changes(1n, { auditEvents: [auditEvent(1)] }));
        await next.apply(changes(5n, { auditEvents: [auditEvent(5)] }));
        if (how === 'discarded') await next.discard();
        // Closing does not end what is beside, as no death does.
        else await live.close();
        if (how === 'discarded') await live.close();
        live = await openViewsWriter({ url });
        expect(await live.checkpoint()).toEqual({ logId: 'log1', position: 1n });
        expect(await audited()).toEqual([1]);
        next = await live.buildAnew();
        expect(await next.checkpoint()).toBeNull();
      },
    );

    it('a death at any step of making them, filling them and switching leaves whole views live', async () => {
      await next.discard();
      await live.close();
      const checkpoint = { logId: 'log1', position: 1n };
      const rows = changes(1n, { auditEvents: [auditEvent(1)] });
      let deaths = 0;
      for (let acts = 0, survived = false; !survived; acts += 1) {
        url = await makeUrl();
        const place = new DyingPlace(placeAt(url));
        const dying = await openGeneration(place, () => {});
        await dying.apply(rows);
        place.dieAfter(acts);
        let over: OpenViewsWriter = dying;
        try {
          const successor = await dying.buildAnew();
          await successor.apply(rows);
          over = await successor.takeOver();
          survived = true;
        } catch (error) {
          expect(String(error)).toMatch(/the process died/);
          deaths += 1;
        }
        await over.close();
        live = await openViewsWriter({ url });
        expect([acts, live.live, await live.checkpoint()]).toEqual([acts, true, checkpoint]);
        expect((await live.counts())['audit_event']).toBe(1);
        next = await live.buildAnew();
        await next.discard();
        await live.close();
      }
      expect(deaths).toBeGreaterThan(4);
      live = await openViewsWriter({ url });
    });

    it('a comparison is of its moment: what is written afterwards to either is not in it', async () => {
      await live.apply(some());
      await next.apply(some());
      const comparison = await next.compare();
      const checkpoint = { logId: 'log1', position: 9n };
      await live.apply(changes(10n, { auditEvents: [auditEvent(10)] }));
      await next.apply(changes(11n, { auditEvents: [auditEvent(11)] }));
      expect(comparison.checkpoints).toEqual([checkpoint, checkpoint]);
      expect(await comparison.difference(() => {})).toBeNull();
      await comparison.close();
      expect((await difference()).found).toMatchObject({ what: 'missing', key: 'position=10' });
    });

    it('equal rows are equal however they came, and all of them are looked at', async () => {
      const rows = Array.from({ length: MANY }, (_, index) => index + 1);
      const batch = (of: readonly number[]) => ({
        auditEvents: of.map((number) => auditEvent(number)),
        idempotency: of.map((number) => idempotency(number)),
      });
      await live.apply(changes(BigInt(MANY), batch(rows)));
      await next.apply(changes(700n, batch(rows.slice(0, 700))));
      await next.apply(changes(BigInt(MANY), batch(rows.slice(700))));
      const { found, rows: compared } = await difference();
      const counts = await reader.counts();
      expect(found).toBeNull();
      expect(compared).toBe(Object.values(counts).reduce((sum, count) => sum + count, 0));
      expect(compared).toBeGreaterThan(2 * MANY);
    });

    it.each([1, 500, 501, MANY])('the one row of %i that is other is found and named', async (number) => {
      const rows = (over: object) =>
        Array.from({ length: MANY }, (_, index) => auditEvent(index + 1, index + 1 === number ? over : {}));
      await live.apply(changes(2_000n, { auditEvents: rows({}) }));
      await next.apply(changes(2_000n, { auditEvents: rows({ data: '{}', actorId: 'x' }) }));
      expect((await difference()).found).toEqual({
        table: 'audit_event',
        key: `position=${number}`,
        what: 'unequal',
        columns: ['actor_id', 'data'],
      });
    });

    const second = execution(2);
    const isUnequal = (table: string, key: string, ...columns: string[]) => ({
      table,
      key,
      what: 'unequal',
      columns,
    });
    it.each<[string, Partial<ViewChanges>, object]>([
      [
        'an event that is missing',
        { auditEvents: [auditEvent(1)], executions: [] },
        { table: 'audit_event', key: 'position=2', what: 'missing' },
      ],
      [
        'an event more at the end',
        { auditEvents: [1, 2, 3].map((each) => auditEvent(each)) },
        { table: 'audit_event', key: 'position=3', what: 'surplus' },
      ],
      [
        'an event more before the others',
        { auditEvents: [1, 0, 2].map((each) => auditEvent(each)) },
        { table: 'audit_event', key: 'position=0', what: 'surplus' },
      ],
      [
        'an execution without its result',
        { executions: [execution(1), execution(2, { result: null })] },
        isUnequal('execution', 'first_position=2', 'result'),
      ],
      [
        'a key with another window',
        { idempotency: [idempotency(1), idempotency(2, { windowEndsAtMs: 1 })] },
        isUnequal('idempotency', 'first_position=2', 'window_ends_at_ms'),
      ],
      [
        'another time at which an execution is due',
        { opened: [open(1), open(2, 6)] },
        isUnequal('open_execution', `execution_id=${second.executionId}`, 'due_at_ms'),
      ],
      [
        'another executor that runs an attempt',
        { opened: [open(1), { ...open(2), executor: null }] },
        isUnequal('open_execution', `execution_id=${second.executionId}`, 'executor'),
      ],
      [
        'a value that points to another execution',
        { auditValues: [value(1), { ...value(2), position: 3n }] },
        { table: 'audit_value', key: 'tenant=acme, path=params.a, position=2', what: 'missing' },
      ],
      [
        'a value that nobody passed',
        { auditValues: [value(1), value(2, 'else')] },
        { table: 'audit_value', key: 'tenant=acme, path=params.a, position=2', what: 'surplus' },
      ],
      [
        'another contract of an action',
        { actions: [action('a'), action('b', 1, { paramsJsonSchema: '[]' })] },
        isUnequal('action', 'tenant=acme, action=b, version=1', 'params_json_schema'),
      ],
    ])('%s is found and named, without the value of any param', async (_, over, expected) => {
      await live.apply(some());
      await next.apply(some(over));
      const { found } = await difference();
      expect(found).toMatchObject(expected);
      expect(JSON.stringify(found)).not.toContain(SECRET);
    });

    it.each<[string | undefined, string | null]>([
      [undefined, null],
      ['"short"', 'first_position=5'],
      [`"${'y'.repeat(900_000)}"`, 'first_position=5'],
    ])('rows that are long are compared a few at a time, also where one is longer', async (result, key) => {
      const params = JSON.stringify('x'.repeat(250_000));
      const long = Array.from({ length: 9 }, (_, n) => execution(n + 1, { params }));
      const other = long.map((row) => (result && row.firstPosition === 5n ? { ...row, result } : row));
      await live.apply(changes(9n, { executions: long }));
      await next.apply(changes(9n, { executions: other }));
      const told: number[] = [];
      const comparison = await next.compare();
      const found = await comparison.difference((rows) => void told.push(rows));
      await comparison.close();
      expect(found?.key ?? null).toBe(key);
      const steps = told.filter((rows) => rows <= long.length);
      for (const [at, rows] of steps.entries()) expect(rows - (steps[at - 1] ?? 0)).toBeLessThanOrEqual(3);
    });

    it('of keys of awkward text none is missed or taken for another', async () => {
      const row = (text: string) => ({ executionId: text, stream: 's', dueAtMs: 1, executor: null });
      await live.apply(changes(1n, { opened: AWKWARD.map(row) }));
      await next.apply(changes(1n, { opened: AWKWARD.map(row) }));
      expect((await difference()).found).toBeNull();
      let position = 1n;
      for (const left of AWKWARD) {
        await next.apply(changes(++position, { closed: [left] }));
        expect([left, (await difference()).found]).toMatchObject([left, { what: 'missing' }]);
        await next.apply(changes(++position, { opened: [row(left)] }));
      }
      expect((await difference()).found).toBeNull();
    });

    it('views of two places are compared as they are now; a place without any is refused', async () => {
      await live.apply(some());
      const { rows, difference: found, checkpoints } = await compareViews({ url }, { url });
      expect([found, checkpoints[0]]).toEqual([null, { logId: 'log1', position: 9n }]);
      expect(rows).toBeGreaterThan(12);
    });
  });
}
