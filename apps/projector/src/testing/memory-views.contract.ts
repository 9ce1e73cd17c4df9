/** The views in a few maps, strict about what may be written: an insert of what is there or a patch of what is not fails. */
import {
  type ActionRow,
  type AuditEventRow,
  type AuditValueRow,
  type Checkpoint,
  type ExecutionRow,
  type IdempotencyRow,
  type OpenExecutionRow,
  type Page,
  type SeenEvent,
  type ViewChanges,
  type ViewCounts,
  type ViewsReader,
  ViewsUnavailable,
  type ViewsWriter,
} from '@action-do/views';

export class MemoryViews implements ViewsWriter, ViewsReader {
  readonly audit = new Map<bigint, AuditEventRow>();
  readonly executionRows = new Map<string, ExecutionRow>();
  readonly keys = new Map<string, IdempotencyRow>();
  readonly open = new Map<string, OpenExecutionRow>();
  readonly values = new Map<string, AuditValueRow>();
  readonly actionRows = new Map<string, ActionRow>();
  readonly batches: number[] = [];
  /** When set, everything fails with it. */
  failure: Error | undefined;
  live = true;
  #checkpoint: Checkpoint | null = null;

  /** Everything that is in the views, for comparing. */
  rows(): object {
    const { audit, executionRows, keys, open, values, actionRows } = this;
    return [audit, executionRows, keys, open, values, actionRows].map((table) =>
      [...table.entries()].sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  }

  async checkpoint(): Promise<Checkpoint | null> {
    this.#refuse();
    return this.#checkpoint;
  }

  async newestEvent(): Promise<SeenEvent | null> {
    this.#refuse();
    return [...this.audit.values()].sort((a, b) => Number(b.position - a.position))[0] ?? null;
  }

  async apply(changes: ViewChanges): Promise<void> {
    this.#refuse();
    const { checkpoint } = changes;
    if (this.#checkpoint && checkpoint.position <= this.#checkpoint.position)
      throw new Error(`applied again: ${checkpoint.position}`);
    this.batches.push(changes.auditEvents.length);
    for (const row of changes.auditEvents) insert(this.audit, row.position, row);
    for (const row of changes.executions) insert(this.executionRows, row.executionId, row);
    for (const patch of changes.executionPatches) merge(this.executionRows, patch);
    for (const row of changes.idempotency) this.keys.set(row.stream, row);
    for (const patch of changes.idempotencyPatches) merge(this.keys, patch);
    for (const id of changes.closed) this.open.delete(id);
    for (const row of changes.opened) this.open.set(row.executionId, row);
    for (const row of changes.auditValues) this.values.set(`${row.path} ${row.value} ${row.position}`, row);
    for (const row of changes.actions) this.actionRows.set(nameOf(row), row);
    for (const patch of changes.actionPatches) {
      const row = this.actionRows.get(nameOf(patch));
      if (row === undefined) throw new Error(`there is no version ${nameOf(patch)}`);
      this.actionRows.set(nameOf(patch), { ...row, ...patch });
    }
    this.#checkpoint = checkpoint;
  }

  async actions(): Promise<readonly ActionRow[]> {
    this.#refuse();
    return [...this.actionRows.values()];
  }

  async due(nowMs: number, limit: number): Promise<readonly OpenExecutionRow[]> {
    this.#refuse();
    const due = [...this.open.values()].filter(({ dueAtMs }) => dueAtMs <= nowMs);
    return due.sort((a, b) => a.dueAtMs - b.dueAtMs).slice(0, limit);
  }

  async heldByOthers(executors: readonly string[], limit: number): Promise<readonly OpenExecutionRow[]> {
    this.#refuse();
    const held = [...this.open.values()].filter(
      ({ executor }) => executor !== null && !executors.includes(executor),
    );
    return held.sort((a, b) => a.dueAtMs - b.dueAtMs).slice(0, limit);
  }

  async executions(tenant: string, { limit, cursor }: { limit: number; cursor?: string | undefined }) {
    const rows = [...this.executionRows.values()].filter((row) => row.tenant === tenant);
    return this.#page(rows, ({ firstPosition }) => firstPosition, limit, cursor);
  }

  async auditEvents(tenant: string, { limit, cursor }: { limit: number; cursor?: string | undefined }) {
    const rows = [...this.audit.values()].filter((row) => row.tenant === tenant);
    return this.#page(rows, ({ position }) => position, limit, cursor);
  }

  async catalogue(tenant: string, { limit, cursor }: { limit: number; cursor?: string | undefined }) {
    this.#refuse();
    const left = [...this.actionRows.values()]
      .filter((row) => row.tenant === tenant)
      .map((row) => ({ row, place: `${row.action}_${String(1e9 - row.version).padStart(10, '0')}` }))
      .filter(({ place }) => cursor === undefined || place > cursor)
      .sort((a, b) => (a.place < b.place ? -1 : 1));
    const page = left.slice(0, limit);
    const nextCursor = left.length > limit ? (page.at(-1)?.place ?? null) : null;
    const rows = page.map(({ row }) => row);
    return { rows, nextCursor, incomplete: false, checkpoint: this.#checkpoint, live: this.live };
  }

  async idempotency(tenant: string, action: string, key: string): Promise<readonly IdempotencyRow[]> {
    this.#refuse();
    return [...this.keys.values()].filter(
      (row) => row.tenant === tenant && row.action === action && row.idempotencyKey === key,
    );
  }

  async counts(): Promise<ViewCounts> {
    this.#refuse();
    return { execution: this.executionRows.size, audit_event: this.audit.size };
  }

  async close(): Promise<void> {
    this.failure = new ViewsUnavailable('memory', 'closed');
  }

  /** Newest first; the cursor is the position of the last row of the page before. */
  #page<Row>(rows: Row[], at: (row: Row) => bigint, limit: number, cursor: string | undefined): Page<Row> {
    this.#refuse();
    const left = rows
      .filter((row) => cursor === undefined || at(row) < BigInt(cursor))
      .sort((a, b) => (at(a) > at(b) ? -1 : 1));
    const page = left.slice(0, limit);
    const last = page.at(-1);
    const nextCursor = last !== undefined && left.length > limit ? String(at(last)) : null;
    return { rows: page, nextCursor, incomplete: false, checkpoint: this.#checkpoint, live: this.live };
  }

  #refuse(): void {
    if (this.failure) throw this.failure;
  }
}

const nameOf = ({ tenant, action, version }: Pick<ActionRow, 'tenant' | 'action' | 'version'>): string =>
  `${tenant} ${action} ${version}`;

function insert<Key, Row>(table: Map<Key, Row>, key: Key, row: Row): void {
  if (table.has(key)) throw new Error(`there is a row ${String(key)} already`);
  table.set(key, row);
}

function merge<Row extends { readonly firstPosition: bigint }>(
  table: Map<string, Row>,
  patch: Partial<Row> & Pick<Row, 'firstPosition'>,
): void {
  const [key, row] = [...table].find(([, each]) => each.firstPosition === patch.firstPosition) ?? [];
  if (key === undefined || row === undefined) throw new Error(`there is no row at ${patch.firstPosition}`);
  table.set(key, { ...row, ...patch });
}
