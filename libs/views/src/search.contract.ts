/** What lists find, compared with a naive reading of the same rows: filters, paths of params, and awkward text. */
import { AuditQuery, ExecutionsQuery, readChoice, TenantName } from '@action-do/contracts';
import fc from 'fast-check';
import { placeAt } from './engine/place-at.js';
import type { MakeUrl } from './engines.contract.js';
import { openViewsReader, openViewsWriter } from './open-views.js';
import { valueAt } from './read/value-at.js';
import { LiveReader } from './read/views-reader.js';
import { action, auditEvent, changes, execution } from './sample-rows.contract.js';
import type { ExecutionRow, Page, ViewsReader } from './views.js';

const ACME = TenantName.parse('acme');
const INDEXED = 'customer.id';
const SCANNED = 'note';
/** Neither engine keeps these as they are; the last two are spelt as the first one is stored, and as half of it. */
const AWKWARD = ['a\0b', 'a\ud800b', 'a\uffffb', 'a\uffff0000b', 'a\uffff', `'"\\%_é🎉`];
const TOO_LONG_FOR_AN_INDEX = 'x'.repeat(3_000);

const CUSTOMERS = ['c0', 'c1', 'c2'];
const NOTES = [undefined, 'plain', ...AWKWARD];
const STATUSES = ['succeeded', 'failed', 'running'] as const;
const pick = <T>(from: readonly T[], n: number): T => {
  const found = from[n % from.length];
  if (found === undefined) throw new Error('an empty list has nothing to pick');
  return found;
};

const rows: readonly ExecutionRow[] = Array.from({ length: 40 }, (_, index) => {
  const n = index + 1;
  const status = pick(STATUSES, n);
  const note = NOTES[n % NOTES.length];
  return execution(n, {
    action: pick(['send', 'charge'], n),
    status,
    errorCode: status === 'failed' ? pick(['E1', 'E2'], n >> 1) : null,
    actorId: pick(['alice', ...AWKWARD], n),
    correlationId: n % 4 === 0 ? pick(['r1', 'r2'], n >> 2) : null,
    // Clocks that go back: the order of the list is not that of time.
    requestedAtMs: 1_767_225_600_000 + ((n * 7) % 40) * 30_000,
    params: JSON.stringify({ customer: { id: pick(CUSTOMERS, n) }, ...(note === undefined ? {} : { note }) }),
  });
});

/** What `executions` says of itself, row by row. */
function naively(query: ExecutionsQuery): bigint[] {
  const has = (value: string | null | undefined, asked: readonly string[] | undefined): boolean => {
    const { include, exclude } = readChoice(asked);
    if (value === null || value === undefined) return include.length === 0;
    return (include.length === 0 || include.includes(value)) && !exclude.includes(value);
  };
  const meets = (row: ExecutionRow): boolean =>
    has(row.action, query.action) &&
    has(row.status, query.status) &&
    has(row.errorCode, query.errorCode) &&
    has(row.actorId, query.actor) &&
    has(row.correlationId, query.correlationId) &&
    (query.since === undefined || row.requestedAtMs >= Date.parse(query.since)) &&
    (query.until === undefined || row.requestedAtMs < Date.parse(query.until)) &&
    Object.entries(query.params ?? {}).every(([path, asked]) =>
      has(valueAt(JSON.parse(row.params), path), asked),
    );
  return rows
    .filter(meets)
    .map(({ firstPosition }) => firstPosition)
    .reverse();
}

const choice = (values: readonly string[]) =>
  fc.uniqueArray(fc.constantFrom(...values, ...values.map((value) => `-${value}`)), {
    minLength: 1,
    maxLength: 3,
  });
const time = fc
  .integer({ min: -60, max: 1_300 })
  .map((s) => new Date(1_767_225_600_000 + s * 1_000).toISOString());
const anyQuery = fc
  .record(
    {
      action: choice(['send', 'charge', 'nobody']),
      status: choice(STATUSES),
      errorCode: choice(['E1', 'E2']),
      actor: choice(['alice', ...AWKWARD]),
      correlationId: choice(['r1', 'r2']),
      since: time,
      until: time,
      params: fc.oneof(
        choice(CUSTOMERS).map((asked) => ({ [INDEXED]: asked })),
        choice(['plain', ...AWKWARD]).map((asked) => ({ [SCANNED]: asked })),
      ),
      limit: fc.constantFrom(1, 3, 7, 50),
    },
    { requiredKeys: ['limit'] },
  )
  .map((query) => ExecutionsQuery.parse(query));

/** @param makeUrl an empty place of its own at each call */
export function describeSearch(name: string, makeUrl: MakeUrl): void {
  describe(name, () => {
    let writer: Awaited<ReturnType<typeof openViewsWriter>>;
    let reader: ViewsReader;
    let url: string;

    beforeAll(async () => {
      url = await makeUrl();
      writer = await openViewsWriter({ url });
      reader = await openViewsReader({ url });
      const lonely = {
        executionId: null,
        executionPosition: null,
        status: null,
        errorCode: null,
        action: null,
      };
      await writer.apply(changes(20n, written(rows.slice(0, 20))));
      await writer.apply(
        changes(60n, {
          ...written(rows.slice(20)),
          auditEvents: [
            ...rows
              .slice(0, 6)
              .map(({ executionId, firstPosition, idempotencyKey }, index) =>
                auditEvent(50 + index, { executionId, executionPosition: firstPosition, idempotencyKey }),
              ),
            auditEvent(56, {
              executionId: rows[1]?.executionId ?? '',
              executionPosition: null,
              idempotencyKey: 'key-2',
            }),
            auditEvent(57, { ...lonely, type: 'ActionRefused', idempotencyKey: 'key-2' }),
            auditEvent(58, { ...lonely, type: 'KeyCreated', idempotencyKey: null }),
          ],
        }),
      );
    }, 30_000);
    afterAll(async () => {
      await reader?.close();
      await writer?.close();
    });

    const audited = async (query: object): Promise<number[]> => {
      const page = await reader.auditEvents(ACME, AuditQuery.parse(query));
      return page.rows.map(({ position }) => Number(position));
    };

    it('any filters find what a naive reading finds, page by page, by index and by scan', async () => {
      await fc.assert(
        fc.asyncProperty(anyQuery, async (query) => {
          const found: bigint[] = [];
          let cursor: string | null = null;
          do {
            const page = await reader.executions(ACME, { ...query, ...(cursor === null ? {} : { cursor }) });
            expect(page.rows.length).toBeLessThanOrEqual(query.limit);
            found.push(...page.rows.map(({ firstPosition }) => firstPosition));
            cursor = page.nextCursor;
          } while (cursor !== null && found.length <= rows.length);
          expect(found).toEqual(naively(query));
        }),
        { numRuns: 120 },
      );
    }, 60_000);

    it('text that no engine keeps comes out unit by unit (V5)', async () => {
      const page = await reader.executions(ACME, ExecutionsQuery.parse({ limit: 50 }));
      expect(page.rows).toEqual([...rows].reverse());
    });

    it.each<[object, number[]]>([
      [{ key: 'key-2' }, [57, 56, 51]],
      [{ execution: [execution(2).executionId] }, [56, 51]],
      [{ errorCode: ['-E1'] }, [58, 57, 56, 55, 54, 53, 52, 51, 50]],
      [{ action: ['-send-invoice'] }, [58, 57]],
      [{ params: { [INDEXED]: ['c1'] } }, [53, 50]],
      [{ params: { [INDEXED]: ['c2'] } }, [56, 54, 51]],
      [{ params: { [INDEXED]: ['-c1'] } }, [58, 57, 56, 55, 54, 52, 51]],
      [{ params: { [SCANNED]: ['plain'] } }, [50]],
      [{ params: { [SCANNED]: ['-plain'] } }, [58, 57, 56, 55, 54, 53, 52, 51]],
      [{ params: { [INDEXED]: [TOO_LONG_FOR_AN_INDEX.slice(0, 255)] } }, []],
    ])(
      'events by %j are %j: those without an execution have no params, and a key may be theirs; 56 is of an earlier generation',
      async (query, expected) => {
        expect(await audited(query)).toEqual(expected);
      },
    );

    it('a value too long for the index is no trouble to write, and found by reading the rows', async () => {
      const params = JSON.stringify({ customer: { id: TOO_LONG_FOR_AN_INDEX } });
      const long = execution(70, { tenant: 'long', action: 'send', params });
      await writer.apply(changes(70n, written([long])));
      const query = { ...ExecutionsQuery.parse({}), params: { [INDEXED]: [TOO_LONG_FOR_AN_INDEX] } };
      const { rows: found } = await reader.executions(TenantName.parse('long'), query);
      expect(found).toEqual([long]);
    });

    it('a page of long rows ends where they fill a message, and the next begins there', async () => {
      const long = Array.from({ length: 9 }, (_, index) => {
        const n = 80 + index;
        const params = JSON.stringify({ text: 'x'.repeat(180_000) });
        return execution(n, { tenant: 'wide', action: 'send', params, result: `"${'y'.repeat(200_000)}"` });
      });
      const told = long.map(({ position, params }) =>
        auditEvent(Number(position), { tenant: 'wide', data: `[${params},${params}]` }),
      );
      await writer.apply(changes(90n, { executions: long, auditEvents: told }));
      const expected = long.map(({ firstPosition }) => firstPosition).reverse();
      expect(await inPages((query) => reader.executions(TenantName.parse('wide'), query))).toEqual({
        found: expected,
        sizes: [2, 2, 2, 2, 1],
      });
      expect(await inPages((query) => reader.auditEvents(TenantName.parse('wide'), query))).toEqual({
        found: expected,
        sizes: [2, 2, 2, 2, 1],
      });
    });

    it.each(['executions', 'auditEvents'] as const)(
      'params that no index knows are read a few at a time, for as long as there is time: %s',
      async (list) => {
        let nowMs = 0;
        const place = placeAt(url);
        const impatient = new LiveReader(place, () => {
          nowMs += 120;
          return nowMs;
        });
        const tenant = TenantName.parse(`many-${list.toLowerCase()}`);
        const at = list === 'executions' ? 1_000 : 2_000;
        const many = Array.from({ length: 150 }, (_, n) => execution(at + n, { tenant, action: 'send' }));
        const told = many.map(({ executionId, position }) =>
          auditEvent(Number(position), { tenant, executionId }),
        );
        await writer.apply(changes(BigInt(at + 150), { executions: many, auditEvents: told }));
        const query = { ...ExecutionsQuery.parse({ limit: 500 }), params: { [SCANNED]: ['-plain'] } };
        const first = await impatient[list](tenant, query);
        expect(first.incomplete).toBe(true);
        expect(first.rows.length).toBeLessThan(many.length);
        const { found } = await inPages((more) => impatient[list](tenant, { ...query, ...more }));
        expect(found).toEqual(many.map(({ firstPosition }) => firstPosition).reverse());
        await impatient.close();
      },
    );

    it('a cursor of the other list is refused', async () => {
      const { nextCursor } = await reader.executions(ACME, ExecutionsQuery.parse({ limit: 1 }));
      const query = AuditQuery.parse({ cursor: nextCursor });
      await expect(reader.auditEvents(ACME, query)).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
    });

    it('a reader neither waits for what is being written nor sees it (V3)', async () => {
      const before = await reader.checkpoint();
      const { db } = writer.connections;
      await db.transaction().execute(async (transaction) => {
        await transaction.updateTable('checkpoint').set({ position: 99n }).execute();
        expect(await reader.checkpoint()).toEqual(before);
        await transaction
          .updateTable('checkpoint')
          .set({ position: before?.position ?? 0n })
          .execute();
      });
    });
  });
}

/** All of a list, in pages as long as they come. */
async function inPages(
  ask: (query: AuditQuery) => Promise<Page<{ readonly position: bigint }>>,
): Promise<{ found: bigint[]; sizes: number[] }> {
  const found: bigint[] = [];
  const sizes: number[] = [];
  let cursor: string | null = null;
  do {
    const query: AuditQuery = AuditQuery.parse({ limit: 500, ...(cursor === null ? {} : { cursor }) });
    const page: Page<{ readonly position: bigint }> = await ask(query);
    found.push(...page.rows.map(({ position }) => position));
    sizes.push(page.rows.length);
    cursor = page.nextCursor;
  } while (cursor !== null && sizes.length < 100);
  return { found, sizes };
}

function written(executions: readonly ExecutionRow[]) {
  const [some] = executions;
  return {
    executions,
    auditValues: executions.map(({ tenant, firstPosition, params }) => ({
      tenant,
      path: `params.${INDEXED}`,
      value: valueAt(JSON.parse(params), INDEXED) ?? '',
      position: firstPosition,
    })),
    actions: ['send', 'charge'].map((name) =>
      action(name, 1, { tenant: some?.tenant ?? 'acme', indexedPaths: [`params.${INDEXED}`] }),
    ),
  };
}
