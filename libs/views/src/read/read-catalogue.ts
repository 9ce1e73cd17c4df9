/** One page of the catalogue. It has as many rows as there are versions of actions: few, beside what executions have. */
import { type ActionsQuery, readChoice, type TenantName } from '@action-do/contracts';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { TableWords } from '../schema/create-tables.js';
import { toStoredLabel } from '../schema/stored-text.js';
import { action, type Tables } from '../schema/tables.js';
import type { ActionRow, Page } from '../views.js';
import { readVersionCursor, writeVersionCursor } from './cursor.js';
import { readWithin } from './read-within.js';

export async function readCatalogue(
  db: Kysely<Tables>,
  { byteOrder }: Pick<TableWords, 'byteOrder'>,
  tenant: TenantName,
  { limit, cursor, ...filters }: ActionsQuery,
): Promise<Omit<Page<ActionRow>, 'checkpoint' | 'live'>> {
  const name = sql`${sql.ref('action')} collate ${sql.ref(byteOrder)}`;
  const version = sql.ref('version');
  const conditions: RawBuilder<unknown>[] = [
    sql`${sql.ref('tenant')} = ${toStoredLabel(tenant)}`,
    ...chosen(sql.ref('action'), filters.action),
    ...chosen(sql.ref('target'), filters.target),
    ...chosen(
      sql`case when ${sql.ref('retired_at_ms')} is null then 'offered' else 'retired' end`,
      filters.status,
    ),
  ];
  if (cursor !== undefined) {
    const after = readVersionCursor(cursor);
    conditions.push(
      sql`(${name} > ${after.action} or (${sql.ref('action')} = ${after.action} and ${version} < ${after.version}))`,
    );
  }
  const order = sql`${name}, ${version} desc`;
  const candidates = sql`where ${sql.join(conditions, sql` and `)} order by ${order} limit ${limit + 1}`;
  const found = await readWithin(db, action, candidates, order);
  const rows = found.rows.slice(0, limit);
  const last = found.cut || found.rows.length > limit ? rows.at(-1) : undefined;
  return { rows, nextCursor: last === undefined ? null : writeVersionCursor(last), incomplete: false };
}

function chosen(value: RawBuilder<unknown>, asked: readonly string[] | undefined): RawBuilder<unknown>[] {
  const { include, exclude } = readChoice(asked);
  const list = (values: readonly string[]) => sql.join(values.map(toStoredLabel));
  return [
    ...(include.length === 0 ? [] : [sql`${value} in (${list(include)})`]),
    ...(exclude.length === 0 ? [] : [sql`${value} not in (${list(exclude)})`]),
  ];
}
