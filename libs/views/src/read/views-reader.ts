/**
 * Reads the generation that is live, which is looked at again at most once a second. A query in flight when another one
 * takes over ends on the old connections, or begins again where its tables were already dropped.
 */
import type { ActionsQuery, AuditQuery, ExecutionsQuery, TenantName } from '@action-do/contracts';
import type { Kysely } from 'kysely';
import type { Connections, Place } from '../engine/place.js';
import { ViewsTooNew, ViewsTooOld, ViewsUnavailable } from '../errors.js';
import { CATALOGUE_FROM, DEFINITION, definitionOf, READABLE_FROM } from '../schema/definition.js';
import { readRow } from '../schema/stored-row.js';
import { toStoredLabel } from '../schema/stored-text.js';
import { idempotency, type Tables } from '../schema/tables.js';
import type {
  ActionRow,
  AuditEventRow,
  Checkpoint,
  ExecutionRow,
  IdempotencyRow,
  Page,
  ViewCounts,
  ViewsReader,
} from '../views.js';
import { countRows, noRows } from './count-rows.js';
import { readCursor, readVersionCursor } from './cursor.js';
import { auditList, executionList, type ListQuery, type ListShape } from './list-shape.js';
import { readCatalogue } from './read-catalogue.js';
import { readCheckpoint } from './read-checkpoint.js';
import { readPage } from './read-page.js';

const LOOK_AGAIN_MS = 500;
/** Queries at a time: beyond, callers are told to come back. */
const QUERIES_MAX = 200;
const TRIES_MAX = 3;

interface Opened {
  readonly generation: number;
  readonly connections: Connections;
  readonly definition: number;
  queries: number;
  retired: boolean;
}

export class LiveReader implements ViewsReader {
  #opened: Opened | null = null;
  #opening: Promise<Opened | null> | null = null;
  #lookAtMs = Number.NEGATIVE_INFINITY;
  #queries = 0;
  #closed = false;

  constructor(
    readonly place: Place,
    readonly nowMs: () => number = () => performance.now(),
  ) {}

  checkpoint(): Promise<Checkpoint | null> {
    return this.#query(
      (db) => readCheckpoint(db),
      () => null,
    );
  }

  executions(tenant: TenantName, query: ExecutionsQuery): Promise<Page<ExecutionRow>> {
    return this.#page(executionList, tenant, query);
  }

  auditEvents(tenant: TenantName, query: AuditQuery): Promise<Page<AuditEventRow>> {
    return this.#page(auditList, tenant, query);
  }

  async catalogue(tenant: TenantName, query: ActionsQuery): Promise<Page<ActionRow>> {
    if (query.cursor !== undefined) readVersionCursor(query.cursor);
    return this.#query<Page<ActionRow>>(async (db, definition) => {
      if (definition < CATALOGUE_FROM) throw new ViewsTooOld(this.place.name, definition, CATALOGUE_FROM);
      const checkpoint = await readCheckpoint(db);
      return { ...(await readCatalogue(db, this.place.words, tenant, query)), checkpoint, live: true };
    }, noPage);
  }

  idempotency(tenant: TenantName, action: string, key: string): Promise<readonly IdempotencyRow[]> {
    return this.#query(
      async (db) => {
        // By way of the key's executions: so the random text of keys is in one index only.
        const executions = db
          .selectFrom('execution')
          .select('first_position')
          .where('tenant', '=', toStoredLabel(tenant))
          .where('idempotency_key', '=', toStoredLabel(key));
        const found = await db
          .selectFrom('idempotency')
          .selectAll()
          .where('first_position', 'in', executions)
          .where('tenant', '=', toStoredLabel(tenant))
          .where('action', '=', toStoredLabel(action))
          .where('idempotency_key', '=', toStoredLabel(key))
          .orderBy('stream')
          .execute();
        return found.map((stored) => readRow(idempotency, stored));
      },
      () => [],
    );
  }

  counts(): Promise<ViewCounts> {
    return this.#query(countRows, noRows);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#opening?.catch(() => null);
    const opened = this.#opened;
    this.#opened = null;
    if (opened !== null) await this.#retire(opened);
    await this.place.close();
  }

  async #page<Row>(shape: ListShape<Row>, tenant: TenantName, query: ListQuery): Promise<Page<Row>> {
    if (query.cursor !== undefined) readCursor(shape.name, query.cursor);
    return this.#query<Page<Row>>(async (db) => {
      const checkpoint = await readCheckpoint(db);
      return { ...(await readPage(db, shape, tenant, query, this.nowMs)), checkpoint, live: true };
    }, noPage);
  }

  /** @param none the answer where no views are there yet */
  async #query<T>(work: (db: Kysely<Tables>, definition: number) => Promise<T>, none: () => T): Promise<T> {
    if (this.#closed) throw new ViewsUnavailable(this.place.name, 'they were closed');
    if (this.#queries >= QUERIES_MAX)
      throw new ViewsUnavailable(this.place.name, 'too many queries at a time');
    this.#queries++;
    try {
      for (let tries = 1; ; tries++) {
        const opened = await this.#live();
        if (opened === null) return none();
        opened.queries++;
        try {
          // One snapshot for the rows and the checkpoint that they belong to.
          return await opened.connections.db
            .transaction()
            .setIsolationLevel('repeatable read')
            .setAccessMode('read only')
            .execute((db) => work(db, opened.definition));
        } catch (error) {
          if (!this.place.isMissing(error) || tries === TRIES_MAX) throw error;
          this.#lookAtMs = Number.NEGATIVE_INFINITY;
        } finally {
          opened.queries--;
          if (opened.retired) await this.#retire(opened);
        }
      }
    } catch (error) {
      throw this.place.meaningOf(error);
    } finally {
      this.#queries--;
    }
  }

  async #live(): Promise<Opened | null> {
    if (this.#opening !== null) return this.#opening;
    if (this.nowMs() < this.#lookAtMs) return this.#opened;
    this.#opening = this.#look();
    try {
      return await this.#opening;
    } finally {
      this.#opening = null;
    }
  }

  async #look(): Promise<Opened | null> {
    const live = await this.place.live();
    if (live !== this.#opened?.generation) {
      const old = this.#opened;
      this.#opened = live === null ? null : await this.#open(live);
      if (old !== null) await this.#retire(old);
    }
    // Where there is nothing yet, every query looks: the first views are seen at once.
    if (this.#opened !== null) this.#lookAtMs = this.nowMs() + LOOK_AGAIN_MS;
    return this.#opened;
  }

  async #open(generation: number): Promise<Opened | null> {
    const connections = await this.place.open(generation, 'read');
    if (connections === null) return null;
    try {
      const definition = await definitionOf(connections.db, (error) => this.place.isMissing(error));
      if (definition !== null && definition > DEFINITION)
        throw new ViewsTooNew(this.place.name, definition, DEFINITION);
      if (definition !== null && definition < READABLE_FROM) {
        throw new ViewsTooOld(this.place.name, definition, READABLE_FROM);
      }
      return { generation, connections, definition: definition ?? DEFINITION, queries: 0, retired: false };
    } catch (error) {
      await connections.close();
      throw error;
    }
  }

  /** Closes connections once nobody reads from them. */
  async #retire(opened: Opened): Promise<void> {
    opened.retired = true;
    if (opened.queries === 0) await opened.connections.close();
  }
}

/** Where no views are there yet. */
const noPage = (): Page<never> => ({
  rows: [],
  nextCursor: null,
  incomplete: false,
  checkpoint: null,
  live: false,
});
