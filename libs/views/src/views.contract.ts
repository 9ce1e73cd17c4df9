import { ActionsQuery, AuditQuery, ExecutionsQuery, TenantName } from '@action-do/contracts';
import { sql } from 'kysely';
import { placeAt } from './engine/place-at.js';
import type { MakeUrl } from './engines.contract.js';
import { ForeignViews, ViewsInUse, ViewsTooOld } from './errors.js';
import { openViewsReader, openViewsWriter } from './open-views.js';
import { action, auditEvent, changes, execution, idempotency } from './sample-rows.contract.js';
import { CATALOGUE_FROM } from './schema/definition.js';
import type { ViewsReader, ViewsWriter } from './views.js';

const ACME = TenantName.parse('acme');
const OTHER = TenantName.parse('other');

const openedBy = (executor: string | null) => (number: number, dueAtMs: number) => ({
  executionId: execution(number).executionId,
  stream: execution(number).stream,
  dueAtMs,
  executor,
});

/** The rules of the port, for every engine. @param makeUrl an empty place of its own at each call */
export function describeViews(name: string, makeUrl: MakeUrl): void {
  describe(name, () => {
    let url: string;
    let writer: ViewsWriter;
    let reader: ViewsReader;

    const open = async (): Promise<void> => {
      url = await makeUrl();
      writer = await openViewsWriter({ url });
      reader = await openViewsReader({ url });
    };
    const close = async (): Promise<void> => {
      await reader.close();
      await writer.close();
    };

    const listed = async (query: object): Promise<number[]> => {
      const { rows } = await reader.executions(ACME, ExecutionsQuery.parse(query));
      return rows.map(({ firstPosition }) => Number(firstPosition));
    };
    const audited = async (query: object): Promise<number[]> => {
      const { rows } = await reader.auditEvents(ACME, AuditQuery.parse(query));
      return rows.map(({ position }) => Number(position));
    };

    const catalogued = async (query: object): Promise<string[]> => {
      const { rows } = await reader.catalogue(ACME, ActionsQuery.parse(query));
      return rows.map(({ action: name, version }) => `${name}@${version}`);
    };

    const writeSome = async (): Promise<void> => {
      const failed = { status: 'failed' as const, errorCode: 'ACTION_FAILED' };
      const rows = [
        execution(1),
        execution(2, { ...failed, actorId: 'acme-bob' }),
        execution(3, { action: 'charge-card', actionVersion: 2 }),
        execution(4, { action: 'charge-card', ...failed, correlationId: 'c4' }),
        execution(5, { status: 'running', workflowRun: 'run5' }),
      ];
      await writer.apply(
        changes(10n, {
          executions: [...rows, execution(6, { tenant: 'other' })],
          auditEvents: rows.map(({ action, status, errorCode, actorId, firstPosition }) =>
            auditEvent(Number(firstPosition), { action, status, errorCode, actorId }),
          ),
          actions: [action('send-invoice', 1, { indexedPaths: ['params.customer.id'] })],
          auditValues: rows.map(({ firstPosition, params }) => ({
            tenant: 'acme',
            path: 'params.customer.id',
            value: JSON.parse(params).customer.id,
            position: firstPosition,
          })),
        }),
      );
    };

    describe('what is written', () => {
      beforeEach(open);
      afterEach(close);

      it('new views are empty and say that they have seen nothing', async () => {
        expect([await writer.checkpoint(), await writer.newestEvent()]).toEqual([null, null]);
        expect(await listed({})).toEqual([]);
        expect((await reader.auditEvents(ACME, AuditQuery.parse({}))).checkpoint).toBeNull();
      });

      it('rows and checkpoint come together, and survive a new start (V1)', async () => {
        await writer.apply(changes(7n, { executions: [execution(7)], auditEvents: [auditEvent(7)] }));
        const page = await reader.executions(ACME, ExecutionsQuery.parse({}));
        expect(page.checkpoint).toEqual({ logId: 'log1', position: 7n });
        expect(page.rows).toEqual([execution(7)]);
        await writer.close();
        writer = await openViewsWriter({ url });
        expect(await writer.checkpoint()).toEqual({ logId: 'log1', position: 7n });
        expect(await listed({})).toEqual([7]);
      });

      it('tell which event they saw last', async () => {
        await writer.apply(changes(7n, { auditEvents: [auditEvent(7), auditEvent(5)] }));
        const { eventId, stream, revision } = auditEvent(7);
        expect(await writer.newestEvent()).toEqual({ eventId, stream, revision });
        await writer.apply(changes(9n));
        expect((await writer.newestEvent())?.eventId).toBe(eventId);
      });

      it('changes that fail leave neither rows nor checkpoint (V1)', async () => {
        await writer.apply(changes(1n, { auditEvents: [auditEvent(1)] }));
        const twice = changes(3n, {
          executions: [execution(2)],
          auditEvents: [auditEvent(3), auditEvent(3)],
        });
        await expect(writer.apply(twice)).rejects.toThrow();
        expect(await writer.checkpoint()).toEqual({ logId: 'log1', position: 1n });
        expect(await listed({})).toEqual([]);
        expect(await audited({})).toEqual([1]);
      });

      it('changes that are not behind the checkpoint, or of another log, are refused', async () => {
        await writer.apply(changes(5n));
        await expect(writer.apply(changes(5n))).rejects.toThrow();
        await expect(
          writer.apply(changes(9n, { checkpoint: { logId: 'log2', position: 9n } })),
        ).rejects.toBeInstanceOf(ForeignViews);
      });

      it('a second writer is refused, and welcome when the first is gone (V4)', async () => {
        await expect(openViewsWriter({ url })).rejects.toBeInstanceOf(ViewsInUse);
        await writer.close();
        writer = await openViewsWriter({ url });
      });

      it('views asked for anew are empty, and readers see what was there until these go live', async () => {
        await writer.apply(changes(7n, { executions: [execution(7)] }));
        await writer.close();
        const anew = await openViewsWriter({ url, anew: true });
        writer = anew;
        expect([anew.live, await anew.checkpoint()]).toEqual([false, null]);
        // Of another log: that is what they are for.
        const checkpoint = { logId: 'log2', position: 3n };
        await anew.apply(changes(3n, { executions: [execution(3)], checkpoint }));
        expect(await listed({})).toEqual([7]);
        await anew.goLive();
        const later = await openViewsReader({ url });
        expect(await later.checkpoint()).toEqual(checkpoint);
        await later.close();
      });

      it('of a definition that is read no more, readers and writer say so until those of ours are built', async () => {
        await writer.apply(changes(1n, { executions: [execution(1)] }));
        await writer.close();
        await makeOlder(url);
        const told: string[] = [];
        const ours = await openViewsWriter({ url, onWarning: (message) => told.push(message) });
        writer = ours;
        const later = await openViewsReader({ url });
        expect(told).toEqual([
          expect.stringMatching(/definition 1 cannot be read .* lists answer 503 until/),
        ]);
        await expect(later.checkpoint()).rejects.toBeInstanceOf(ViewsTooOld);
        await ours.apply(changes(1n));
        await ours.goLive();
        await later.close();
      });

      it('of before there was a catalogue, list everything else until those of ours are built', async () => {
        await writer.apply(changes(1n, { executions: [execution(1)] }));
        await writer.close();
        await makeOlder(url, CATALOGUE_FROM - 1);
        const ours = await openViewsWriter({ url });
        writer = ours;
        const later = await openViewsReader({ url });
        await expect(later.catalogue(ACME, ActionsQuery.parse({}))).rejects.toBeInstanceOf(ViewsTooOld);
        const { rows } = await later.executions(ACME, ExecutionsQuery.parse({}));
        expect(rows).toHaveLength(1);
        await ours.apply(changes(1n, { actions: [action('pay')] }));
        await ours.goLive();
        await later.close();
        expect(await catalogued({})).toEqual(['pay@1']);
      });

      it('text comes out as it went in (V5)', async () => {
        const params = '{ "a" : "\\u0000 \\"quoted\\" \'single\' é 🎉", "n": 1.0 }';
        const key = `k'"\\é🎉`;
        await writer.apply(changes(1n, { executions: [execution(1, { params, idempotencyKey: key })] }));
        const page = await reader.executions(ACME, ExecutionsQuery.parse({ key }));
        expect(page.rows).toMatchObject([{ params, idempotencyKey: key }]);
      });

      it('positions beyond 2^53 keep every digit', async () => {
        const position = 2n ** 60n + 1n;
        await writer.apply(changes(position, { auditEvents: [auditEvent(1, { position })] }));
        const { rows, checkpoint } = await reader.auditEvents(ACME, AuditQuery.parse({}));
        expect([rows[0]?.position, checkpoint?.position]).toEqual([position, position]);
      });

      it('a patch changes what it names and nothing else', async () => {
        const running = execution(1, { status: 'running', endedAtMs: null, result: null });
        await writer.apply(
          changes(1n, { executions: [running], idempotency: [idempotency(1, { status: 'running' })] }),
        );
        const patch = {
          firstPosition: running.firstPosition,
          status: 'succeeded' as const,
          result: '1',
          position: 2n,
        };
        const ofKey = {
          firstPosition: running.firstPosition,
          status: 'succeeded' as const,
          windowEndsAtMs: 99,
        };
        await writer.apply(changes(2n, { executionPatches: [patch], idempotencyPatches: [ofKey] }));
        const { rows } = await reader.executions(ACME, ExecutionsQuery.parse({}));
        expect(rows).toEqual([{ ...running, status: 'succeeded', result: '1', position: 2n }]);
        expect(await reader.idempotency(ACME, 'send-invoice', 'key-1')).toEqual([
          idempotency(1, { windowEndsAtMs: 99 }),
        ]);
        expect(await reader.idempotency(OTHER, 'send-invoice', 'key-1')).toEqual([]);
      });

      it('a key that was used again has one row, which says what answers for it now', async () => {
        await writer.apply(changes(1n, { executions: [execution(1)], idempotency: [idempotency(1)] }));
        const { stream, idempotencyKey } = execution(1);
        const again = execution(2, { stream, idempotencyKey, generation: 2 });
        const row = idempotency(1, { executionId: again.executionId, generation: 2 });
        await writer.apply(changes(2n, { executions: [again], idempotency: [row] }));
        expect(await reader.idempotency(ACME, 'send-invoice', 'key-1')).toEqual([row]);
      });

      it('open executions are told when they are due, the longest due first, until they are closed', async () => {
        const open = openedBy(null);
        await writer.apply(changes(1n, { opened: [open(1, 30), open(2, 10), open(3, 99)] }));
        expect(await writer.due(50, 10)).toEqual([open(2, 10), open(1, 30)]);
        expect(await writer.due(50, 1)).toEqual([open(2, 10)]);
        await writer.apply(changes(2n, { closed: [open(2, 10).executionId], opened: [open(1, 40)] }));
        expect(await writer.due(50, 10)).toEqual([open(1, 40)]);
      });

      it('attempts that run with none of the executors named are told, whenever they are due', async () => {
        const [a, b, waiting] = ['a', 'b', null].map(openedBy);
        const opened = [a?.(1, 30), b?.(2, 10), waiting?.(3, 0), a?.(4, 20)].filter(
          (row) => row !== undefined,
        );
        await writer.apply(changes(1n, { opened }));
        expect(await writer.heldByOthers(['b', 'c'], 10)).toEqual([opened[3], opened[0]]);
        expect(await writer.heldByOthers(['b'], 1)).toEqual([opened[3]]);
        expect(await writer.heldByOthers([], 10)).toEqual([opened[1], opened[3], opened[0]]);
        expect(await writer.heldByOthers(['a', 'b'], 10)).toEqual([]);
      });

      it('pages give every row once, whatever is written meanwhile, and end', async () => {
        await writeSome();
        const seen: number[] = [];
        let cursor: string | null | undefined;
        for (let page = 0; cursor !== null && page < 10; page += 1) {
          const query = { limit: 2, ...(cursor ? { cursor } : {}) };
          const { rows, nextCursor } = await reader.executions(ACME, ExecutionsQuery.parse(query));
          seen.push(...rows.map(({ firstPosition }) => Number(firstPosition)));
          cursor = nextCursor;
          const next = 20 + page;
          await writer.apply(changes(BigInt(next), { executions: [execution(next)] }));
        }
        expect(seen).toEqual([5, 4, 3, 2, 1]);
      });
    });

    describe('lists', () => {
      // None of these writes.
      beforeAll(async () => {
        await open();
        await writeSome();
      });
      afterAll(close);

      it.each<[object, number[]]>([
        [{}, [5, 4, 3, 2, 1]],
        [{ limit: 2 }, [5, 4]],
        [{ action: ['charge-card'] }, [4, 3]],
        [{ action: ['charge-card', 'send-invoice'] }, [5, 4, 3, 2, 1]],
        [{ action: ['-charge-card'] }, [5, 2, 1]],
        [{ version: ['2'] }, [3]],
        [{ status: ['failed'] }, [4, 2]],
        [{ status: ['failed', 'running'] }, [5, 4, 2]],
        [{ status: ['-failed'] }, [5, 3, 1]],
        [{ errorCode: ['ACTION_FAILED'] }, [4, 2]],
        [{ errorCode: ['-ACTION_FAILED'] }, [5, 3, 1]],
        [{ actor: ['acme-bob'] }, [2]],
        [{ correlationId: ['c4'] }, [4]],
        [{ correlationId: ['-c4'] }, [5, 3, 2, 1]],
        [{ workflowRun: ['run5'] }, [5]],
        [{ key: 'key-3' }, [3]],
        [{ since: '2026-01-01T00:00:03Z' }, [5, 4, 3]],
        [{ until: '2026-01-01T00:00:03Z' }, [2, 1]],
        [{ since: '2026-01-01T00:00:02Z', until: '2026-01-01T00:00:04Z' }, [3, 2]],
        [{ action: ['send-invoice'], params: { 'customer.id': ['cus_2'] } }, [2]],
        [{ params: { 'customer.id': ['cus_2', 'cus_4'] } }, [4, 2]],
        [{ params: { 'customer.id': ['nobody'] } }, []],
        [{ action: ['charge-card'], status: ['failed'] }, [4]],
        [{ action: ['nobody'] }, []],
      ])('executions by %j are %j, newest first, of this tenant alone', async (query, expected) => {
        expect(await listed(query)).toEqual(expected);
      });

      it.each<[object, number[]]>([
        [{}, [5, 4, 3, 2, 1]],
        [{ action: ['charge-card'], limit: 1 }, [4]],
        [{ status: ['failed'] }, [4, 2]],
        [{ type: ['ActionSucceeded'], actor: ['-acme-bob'] }, [5, 4, 3, 1]],
        [{ type: ['ActionFailed'] }, []],
        [{ execution: [execution(3).executionId] }, [3]],
      ])('events by %j are %j', async (query, expected) => {
        expect(await audited(query)).toEqual(expected);
      });

      it.each(['x', '', 'YXVkaXQ6', '😀', 'a'.repeat(200)])(
        '%j is no cursor and is refused',
        async (cursor) => {
          await expect(
            reader.executions(ACME, { ...ExecutionsQuery.parse({}), cursor }),
          ).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
        },
      );

      it('counts tell the rows of each table', async () => {
        expect(await reader.counts()).toMatchObject({
          execution: 6,
          audit_event: 5,
          audit_value: 5,
          action: 1,
        });
      });
    });
  });
}

/** As an upgrade from the first definition finds them. */
async function makeOlder(url: string, definition = 1): Promise<void> {
  const place = placeAt(url);
  const connections = await place.open(1, 'write');
  if (connections === null) throw new Error('there is no first generation');
  await sql`update checkpoint set definition = ${definition}`.execute(connections.db);
  await connections.close();
  await place.close();
}
