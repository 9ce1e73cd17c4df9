/**
 * One page of a list, newest first. The indexes give candidates in windows; a window that had to be sieved may bring too
 * little, then the next, twice as long, is looked at: until the page is full, the list ends, or time is out.
 */
import { readChoice, type TenantName } from '@action-do/contracts';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { toStored } from '../schema/stored-row.js';
import { toStoredLabel } from '../schema/stored-text.js';
import type { Tables } from '../schema/tables.js';
import type { Page } from '../views.js';
import { executionSources, keySources, paramsConditions, paramsSources } from './by-executions.js';
import { readCursor, writeCursor } from './cursor.js';
import { type ListQuery, type ListShape, SHARED_BY_FEW } from './list-shape.js';
import { type AskedPath, areIndexed, askedPaths } from './params-filter.js';
import { type Branch, type Check, type ListPlan, planList } from './plan-list.js';
import { atPositions, readWithin } from './read-within.js';
import { sieveByParams } from './sieve-by-params.js';
import { timeBounds } from './time-bounds.js';
import { readWindow, type Source } from './window.js';

/** How long a query may look for rows that no index finds. */
export const SCAN_MS_MAX = 250;
const WINDOW_ROWS_MIN = 256;
/** Over all branches. */
const WINDOW_ROWS_MAX = 4_096;
/** The time that a Date can hold ends here, both ways. */
const TIME_MS_MAX = 8.64e15;

/** @param nowMs a clock that never goes back */
export async function readPage<Row>(
  db: Kysely<Tables>,
  shape: ListShape<Row>,
  tenant: TenantName,
  query: ListQuery,
  nowMs: () => number,
): Promise<Omit<Page<Row>, 'checkpoint' | 'live'>> {
  const endsAtMs = nowMs() + SCAN_MS_MAX;
  const isOver = (): boolean => nowMs() >= endsAtMs;
  let before = query.cursor === undefined ? null : readCursor(shape.name, query.cursor);
  let first: bigint | null = null;
  const conditions: RawBuilder<boolean>[] = [];
  if (query.since !== undefined || query.until !== undefined) {
    const sinceMs = query.since === undefined ? -TIME_MS_MAX : Date.parse(query.since);
    const untilMs = query.until === undefined ? TIME_MS_MAX : Date.parse(query.until);
    const bounds = await timeBounds(db, shape.table.name, { sinceMs, untilMs });
    if (bounds === null) return { rows: [], nextCursor: null, incomplete: false };
    first = bounds.first;
    if (before === null || bounds.last < before) before = bounds.last + 1n;
    const time = sql.ref(`t.${shape.time}`);
    conditions.push(sql`${time} >= ${sinceMs}`, sql`${time} < ${untilMs}`);
  }

  const asked = askedPaths(query.params);
  const indexed = asked.length > 0 && (await areIndexed(db, tenant, askedActions(query), asked));
  if (indexed) conditions.push(...paramsConditions(shape.name, tenant, asked));
  const plan = planList(shape, query);
  const other = await byExecutions(db, shape, tenant, query, plan, indexed ? asked : []);
  const sources = other ?? plan.branches.flatMap((branch) => branchSources(shape, tenant, branch));
  const checks = other === null ? plan.checks : planList({ ...shape, drivers: [] }, query).checks;
  if (other !== null) conditions.push(sql`t.tenant = ${toStoredLabel(tenant)}`);
  conditions.push(...checks.flatMap(conditionsOf));

  // Between the bounds of a time range nearly every row is in it; of what else is asked, nobody knows how many meet it.
  const sieved = checks.length > 0 || asked.length > 0 || other !== null;
  const found: bigint[] = [];
  let incomplete = false;
  let window = sieved ? Math.max(WINDOW_ROWS_MIN, query.limit + 1) : query.limit + 1;
  while (found.length <= query.limit) {
    const candidates = await readWindow(db, sources, conditions, { first, before }, window);
    let meeting = candidates.filter(({ meets }) => meets).map(({ position }) => position);
    let sieved: bigint | null = null;
    if (asked.length > 0 && !indexed)
      ({ meeting, upTo: sieved } = await sieveByParams(db, shape.name, meeting, asked, isOver));
    found.push(...meeting);
    const last = candidates.at(-1);
    if (last === undefined || (candidates.length < window && sieved === null)) break;
    before = sieved ?? last.position;
    if (found.length <= query.limit && isOver()) {
      incomplete = true;
      break;
    }
    const most = Math.max(query.limit + 1, Math.floor(WINDOW_ROWS_MAX / sources.length));
    window = Math.min(window * 2, most);
  }
  const rows = await readRows(db, shape, found.slice(0, query.limit));
  // Of rows that are long, a page has fewer than were asked for.
  const behind = found.length > rows.length ? found[rows.length - 1] : incomplete ? before : null;
  return {
    rows,
    nextCursor: behind === null || behind === undefined ? null : writeCursor(shape.name, behind),
    incomplete: incomplete && rows.length === found.length,
  };
}

/** The actions that the rows of a query can have; null stands for any. */
function askedActions({ action }: ListQuery): readonly string[] | null {
  const { include } = readChoice(action);
  return include.length > 0 ? include : null;
}

/** A way by way of executions, where it finds fewer rows than the plan's index; else null. */
async function byExecutions(
  db: Kysely<Tables>,
  shape: ListShape<unknown>,
  tenant: TenantName,
  { key }: ListQuery,
  { branches }: ListPlan,
  indexed: readonly AskedPath[],
): Promise<Source[] | null> {
  const driving = branches[0]?.equal[0]?.[0];
  if (driving !== undefined && SHARED_BY_FEW.includes(driving)) return null;
  const byKey = shape.name === 'audit' && key !== undefined ? await keySources(db, tenant, key) : null;
  return byKey ?? paramsSources(db, shape.name, tenant, indexed);
}

function branchSources(shape: ListShape<unknown>, tenant: TenantName, { equal, only }: Branch): Source[] {
  const ofTenant = sql<boolean>`t.tenant = ${toStoredLabel(tenant)}`;
  const [[first, id] = [undefined, null], ...others] = equal;
  if (shape.name === 'audit' && first === 'execution_id' && id !== null)
    return executionSources(id).map((source) => ({
      ...source,
      where: [...source.where, ofTenant, ...others.map(isEqual)],
    }));
  const words = only === undefined ? [] : [sql<boolean>`(${sql.raw(only)})`];
  const from = sql`${sql.table(shape.table.name)} as t`;
  const position = sql.ref(`t.${shape.position}`);
  return [{ from, position, where: [ofTenant, ...equal.map(isEqual), ...words] }];
}

function isEqual([column, value]: Branch['equal'][number]): RawBuilder<boolean> {
  const ref = sql.ref(`t.${column}`);
  return value === null ? sql`${ref} is null` : sql`${ref} = ${toStoredLabel(value)}`;
}

function conditionsOf({ column, include, exclude }: Check): RawBuilder<boolean>[] {
  const ref = sql.ref(`t.${column}`);
  const list = (values: readonly (string | number)[]): RawBuilder<unknown> =>
    sql.join(values.map((value) => toStored('label', value)));
  const conditions: RawBuilder<boolean>[] = [];
  // `in ()` is no SQL: nothing is one of none.
  if (include !== null)
    conditions.push(include.length === 0 ? sql`1 = 0` : sql`${ref} in (${list(include)})`);
  if (exclude.length > 0) conditions.push(sql`(${ref} is null or ${ref} not in (${list(exclude)}))`);
  return conditions;
}

/** The rows at these positions, from the first on: as many as have room. */
async function readRows<Row>(
  db: Kysely<Tables>,
  shape: ListShape<Row>,
  positions: readonly bigint[],
): Promise<Row[]> {
  const among = atPositions(sql.ref(shape.position), positions);
  if (among === null) return [];
  return (await readWithin(db, shape.table, among, sql`${sql.ref(shape.position)} desc`)).rows;
}
