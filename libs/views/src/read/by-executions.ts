/** How rows are found by what is known of their executions only: params, and of events also the key. */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { EXECUTION_ELSEWHERE, KEY_WITHOUT_EXECUTION } from '../schema/partial.js';
import { toStoredLabel } from '../schema/stored-text.js';
import type { Tables } from '../schema/tables.js';
import type { ListName } from './cursor.js';
import { type AskedPath, indexedConditions, valueIs } from './params-filter.js';
import type { Source } from './window.js';

/** Up to this many executions their events are fetched by them; of more, each event is asked for its execution. */
const EXECUTIONS_MAX = 300;

/** Conditions on a row `t`. */
export function paramsConditions(
  list: ListName,
  tenant: string,
  asked: readonly AskedPath[],
): RawBuilder<boolean>[] {
  if (list === 'executions') return indexedConditions(tenant, asked, sql`t.first_position`);
  // Events without an execution have no params: they stay where something is only excluded.
  return asked.flatMap((each) => {
    const inExecution = ({ include, exclude }: Pick<AskedPath, 'include' | 'exclude'>): RawBuilder<boolean> =>
      sql`t.execution_id in (select e.execution_id from execution as e where e.execution_id = t.execution_id
        and ${sql.join(indexedConditions(tenant, [{ path: each.path, include, exclude }], sql`e.first_position`), sql` and `)})`;
    const { include, exclude } = each;
    return [
      ...(include === null ? [] : [inExecution({ include, exclude: [] })]),
      ...(exclude.length === 0
        ? []
        : [sql<boolean>`(t.execution_id is null or not ${inExecution({ include: exclude, exclude: [] })})`]),
    ];
  });
}

/** The rows with one of the values of a path, newest first; null where an index of the rows themselves does better. */
export async function paramsSources(
  db: Kysely<Tables>,
  list: ListName,
  tenant: string,
  asked: readonly AskedPath[],
): Promise<Source[] | null> {
  const driver = asked.find(({ include }) => include !== null);
  if (driver === undefined) return null;
  const { path } = driver;
  const include = [...new Set(driver.include ?? [])];
  if (list === 'audit') {
    return eventsOf(
      db,
      sql`select e.execution_id, e.first_position from audit_value as v
        join execution as e on e.first_position = v.position where ${valueIs(tenant, path, include)}`,
    );
  }
  return include.map((value) => ({
    from: sql`audit_value as v join execution as t on t.first_position = v.position`,
    position: sql`v.position`,
    where: [valueIs(tenant, path, [value])],
  }));
}

/** The events with a key: those of the executions of the key, and those that have no execution. Null as above. */
export async function keySources(db: Kysely<Tables>, tenant: string, key: string): Promise<Source[] | null> {
  const executions = sql`select e.execution_id, e.first_position from execution as e
    where e.tenant = ${toStoredLabel(tenant)} and e.idempotency_key = ${toStoredLabel(key)}`;
  const found = await eventsOf(db, executions);
  if (found === null) return null;
  const lonely = [
    sql<boolean>`t.tenant = ${toStoredLabel(tenant)}`,
    sql<boolean>`t.idempotency_key = ${toStoredLabel(key)}`,
    sql<boolean>`(${sql.raw(KEY_WITHOUT_EXECUTION)})`,
  ];
  return [...found, { from: sql`audit_event as t`, position: sql`t.position`, where: lonely }];
}

async function eventsOf(db: Kysely<Tables>, executions: RawBuilder<unknown>): Promise<Source[] | null> {
  const limited = sql<{
    execution_id: string;
    first_position: bigint;
  }>`${executions} limit ${EXECUTIONS_MAX + 1}`;
  const { rows: found } = await limited.execute(db);
  if (found.length > EXECUTIONS_MAX) return null;
  if (found.length === 0) return [];
  return sourcesOfExecutions(
    sql`in (${sql.join(found.map(({ first_position }) => first_position))})`,
    sql`in (${sql.join(found.map(({ execution_id }) => execution_id))})`,
  );
}

/** The events of one execution. */
export function executionSources(executionId: string): Source[] {
  const id = sql`= ${toStoredLabel(executionId)}`;
  return sourcesOfExecutions(
    sql`= (select e.first_position from execution as e where e.execution_id ${id})`,
    id,
  );
}

/** The id is random text, and asked only of the few events that do not know where their execution begins. */
const sourcesOfExecutions = (position: RawBuilder<unknown>, id: RawBuilder<unknown>): Source[] =>
  [
    [sql<boolean>`t.execution_position ${position}`],
    [sql<boolean>`t.execution_id ${id}`, sql<boolean>`(${sql.raw(EXECUTION_ELSEWHERE)})`],
  ].map((where) => ({ from: sql`audit_event as t`, position: sql`t.position`, where }));
