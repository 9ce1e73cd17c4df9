/**
 * The writer of one place. It owns the lock; which generation it fills is decided when it is opened and when views that
 * were built anew take over.
 */
import type { Kysely } from 'kysely';
import type { Connections, Place, WriterLock } from '../engine/place.js';
import { ForeignViews, ViewsInUse, ViewsUnavailable } from '../errors.js';
import type { Leftovers } from '../generations/leftovers.js';
import { indexGeneration } from '../generations/make-generation.js';
import { countRows } from '../read/count-rows.js';
import { readCheckpoint } from '../read/read-checkpoint.js';
import { readRow } from '../schema/stored-row.js';
import { knownVersion, openExecution, type Tables } from '../schema/tables.js';
import type {
  Checkpoint,
  KnownVersion,
  OpenExecutionRow,
  OpenViewsWriter,
  SeenEvent,
  ViewChanges,
  ViewCounts,
  ViewsSuccessor,
} from '../views.js';
import { applyChanges } from './apply-changes.js';
import { Bulk } from './bulk.js';

export interface GenerationWriterParts {
  readonly place: Place;
  readonly generation: number;
  readonly connections: Connections;
  readonly lock: WriterLock;
  readonly leftovers: Leftovers;
  readonly live: boolean;
  /** Readers are answered by another generation until this one is live. */
  readonly beside: boolean;
  /** What the place said was live when this one was opened or begun; it may be one that nobody can read. */
  readonly liveBefore: number | null;
  /** It has the indexes of readers. */
  readonly indexed: boolean;
  readonly onBuildAnew: (live: GenerationWriter) => Promise<ViewsSuccessor>;
  /** Lets go of lock and place. */
  readonly onClose: () => Promise<void>;
}

export class GenerationWriter implements OpenViewsWriter {
  readonly place: Place;
  readonly generation: number;
  readonly connections: Connections;
  readonly #bulk = new Bulk();
  readonly #parts: GenerationWriterParts;
  readonly #running = new Set<Promise<unknown>>();
  #live: boolean;
  /** Takes no more work. */
  #retired = false;
  /** Lock and place are another writer's now, or nobody's. */
  #letGo = false;
  /** What this writer last read or wrote; undefined before the first time. Anything else was written by another one. */
  #known: Checkpoint | null | undefined;
  /** Of the last batch whose commit gave no answer: it may be there. */
  #unsure: Checkpoint | null = null;

  constructor(parts: GenerationWriterParts) {
    this.#parts = parts;
    this.place = parts.place;
    this.generation = parts.generation;
    this.connections = parts.connections;
    this.#live = parts.live;
  }

  get live(): boolean {
    return this.#live;
  }

  async goLive(): Promise<boolean> {
    if (this.#live) return false;
    return this.#run(async () => {
      if (!this.#parts.indexed) await indexGeneration(this.place, this.generation);
      await this.#parts.lock.check();
      const { all } = await this.place.generations();
      await this.connections.db.transaction().execute(async (transaction) => {
        const stored = await readCheckpoint(transaction, { lockRow: this.place.locksRows });
        if (!this.#isAsLeft(stored)) throw new ViewsInUse(this.place.name);
        if (!(await this.place.setLive(this.generation, this.#parts.liveBefore, transaction)))
          throw new ViewsInUse(this.place.name);
      });
      this.#live = true;
      this.#parts.leftovers.dropLater(all.filter((each) => each !== this.generation));
      return this.#parts.beside;
    });
  }

  buildAnew(): Promise<ViewsSuccessor> {
    return this.#run(async () => {
      if (!this.#live) throw new Error('these views are being built themselves');
      await this.#parts.lock.check();
      return this.#parts.onBuildAnew(this);
    });
  }

  checkpoint(): Promise<Checkpoint | null> {
    return this.#run(async (db) => {
      const checkpoint = await readCheckpoint(db);
      this.#known = checkpoint;
      return checkpoint;
    });
  }

  newestEvent(): Promise<SeenEvent | null> {
    return this.#run(async (db) => {
      const newest = db.selectFrom('audit_event').select(['event_id', 'stream', 'revision']);
      const found = await newest.orderBy('position', 'desc').limit(1).executeTakeFirst();
      return found ? { eventId: found.event_id, stream: found.stream, revision: found.revision } : null;
    });
  }

  async apply(changes: ViewChanges): Promise<void> {
    await this.#run(async (db) => {
      await this.#parts.lock.check();
      const { checkpoint } = changes;
      await db.transaction().execute(async (transaction) => {
        const stored = await readCheckpoint(transaction, { lockRow: this.place.locksRows });
        this.#checkPlace(stored, checkpoint);
        if (same(stored, checkpoint) && same(this.#unsure, checkpoint)) return;
        if (stored !== null && stored.position >= checkpoint.position) {
          throw new Error(`changes up to ${checkpoint.position} come behind the views' ${stored.position}`);
        }
        if (!(await applyChanges(transaction, this.#bulk, changes, stored)))
          throw new ViewsInUse(this.place.name);
        this.#unsure = checkpoint;
      });
      this.#known = checkpoint;
      this.#unsure = null;
    });
  }

  actions(): Promise<readonly KnownVersion[]> {
    return this.#run(async (db) => {
      const found = await db
        .selectFrom('action')
        .select(['tenant', 'action', 'version', 'retired_at_ms', 'indexed_paths'])
        .orderBy('tenant')
        .orderBy('action')
        .orderBy('version')
        .execute();
      return found.map((stored) => readRow(knownVersion, stored));
    });
  }

  due(nowMs: number, limit: number): Promise<readonly OpenExecutionRow[]> {
    return this.#run(async (db) => {
      const found = await db
        .selectFrom('open_execution')
        .selectAll()
        .where('due_at_ms', '<=', BigInt(Math.floor(nowMs)))
        .orderBy('due_at_ms')
        .orderBy('execution_id')
        .limit(limit)
        .execute();
      return found.map((stored) => readRow(openExecution, stored));
    });
  }

  heldByOthers(executors: readonly string[], limit: number): Promise<readonly OpenExecutionRow[]> {
    return this.#run(async (db) => {
      const held = db.selectFrom('open_execution').selectAll().where('executor', 'is not', null);
      const byOthers = executors.length === 0 ? held : held.where('executor', 'not in', executors);
      const found = await byOthers.orderBy('due_at_ms').orderBy('execution_id').limit(limit).execute();
      return found.map((stored) => readRow(openExecution, stored));
    });
  }

  counts(): Promise<ViewCounts> {
    return this.#run((db) => countRows(db));
  }

  async close(): Promise<void> {
    if (this.#letGo) return;
    this.#letGo = true;
    try {
      await this.retire();
    } finally {
      await this.#parts.onClose();
    }
  }

  /**
   * Lets go of these tables, and of neither lock nor place: another generation's writer goes on with them. Where this
   * rejects nobody does, and `close` lets go of those too.
   */
  async retire(): Promise<void> {
    this.#retired = true;
    await Promise.allSettled(this.#running);
    await this.connections.close();
    this.#letGo = true;
  }

  /** Another log's views, or another writer's hand, are seen before a row is written. */
  #checkPlace(stored: Checkpoint | null, next: Checkpoint): void {
    if (stored !== null && stored.logId !== next.logId) {
      throw new ForeignViews(this.place.name, stored.logId, next.logId);
    }
    if (!this.#isAsLeft(stored)) throw new ViewsInUse(this.place.name);
  }

  /** Whether it is what this writer read or wrote last. */
  #isAsLeft(stored: Checkpoint | null): boolean {
    return this.#known === undefined || same(stored, this.#known) || same(stored, this.#unsure);
  }

  async #run<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    if (this.#retired) throw new ViewsUnavailable(this.place.name, 'they were closed');
    const running = work(this.connections.db);
    this.#running.add(running);
    try {
      return await running;
    } catch (error) {
      throw this.place.meaningOf(error);
    } finally {
      this.#running.delete(running);
    }
  }
}

const same = (one: Checkpoint | null, other: Checkpoint | null): boolean =>
  one?.logId === other?.logId && one?.position === other?.position;
