/**
 * How a list query is answered: some branches, each of which an index gives in the order of the list, and what of the
 * query is left to check on their rows.
 */
import { readChoice } from '@action-do/contracts';
import type { Driver, Filter, ListQuery, ListShape } from './list-shape.js';

/** More than this many combinations of asked values are not merged but looked for among the rows. */
const BRANCHES_MAX = 48;

export interface Branch {
  /** Columns of an index and their values; null means: is null. */
  readonly equal: readonly (readonly [column: string, value: string | null])[];
  /** The words of a partial index. */
  readonly only?: string;
}

export interface Check {
  readonly column: string;
  readonly include: readonly (string | number)[] | null;
  readonly exclude: readonly (string | number)[];
}

export interface ListPlan {
  readonly branches: readonly Branch[];
  readonly checks: readonly Check[];
}

export function planList(shape: ListShape<unknown>, query: ListQuery): ListPlan {
  const checks = checksOf(shape, query);
  for (const driver of shape.drivers) {
    const branches = branchesOf(shape, driver, checks);
    if (branches === null || branches.length > BRANCHES_MAX) continue;
    const served = driver.filters.map((filter) => shape.columns[filter]);
    return { branches, checks: checks.filter(({ column }) => !served.includes(column)) };
  }
  return { branches: [{ equal: [] }], checks };
}

function checksOf(shape: ListShape<unknown>, query: ListQuery): Check[] {
  const checks: Check[] = [];
  for (const filter of Object.keys(shape.columns) as Filter[]) {
    const column = shape.columns[filter];
    const asked = query[filter];
    if (asked === undefined || column === undefined) continue;
    if (filter === 'version') checks.push(versionCheck(column, query.version));
    else if (typeof asked === 'string') checks.push({ column, include: [asked], exclude: [] });
    else checks.push(textCheck(column, asked));
  }
  return checks;
}

function textCheck(column: string, values: readonly string[]): Check {
  const { include, exclude } = readChoice(values);
  const wanted = [...new Set(include)].filter((value) => !exclude.includes(value));
  return { column, include: include.length > 0 ? wanted : null, exclude };
}

const WHOLE_NUMBER = /^(?:0|[1-9][0-9]{0,8})$/;

/** What is no version is no row's version. */
function versionCheck(column: string, values: readonly string[] | undefined): Check {
  const { include, exclude } = textCheck(column, values ?? []);
  const numbers = (texts: readonly (string | number)[]): number[] =>
    texts.filter((text) => WHOLE_NUMBER.test(String(text))).map(Number);
  return { column, include: include === null ? null : numbers(include), exclude: numbers(exclude) };
}

/** Null where this index does not help. */
function branchesOf(shape: ListShape<unknown>, driver: Driver, checks: readonly Check[]): Branch[] | null {
  let branches: Branch['equal'][] = [[]];
  for (const filter of driver.filters) {
    const column = shape.columns[filter];
    const check = checks.find((each) => each.column === column);
    const values = valuesOf(shape, filter, driver, check);
    if (column === undefined || values === null) return null;
    if (values.some((value) => value !== null && driver.without?.includes(value))) return null;
    branches = branches.flatMap((equal) => values.map((value) => [...equal, [column, value] as const]));
  }
  const { only, beside } = driver;
  if (only === undefined) return branches.map((equal) => ({ equal }));
  return branches.flatMap((equal) => [
    { equal, only },
    ...(beside === undefined
      ? []
      : equal.map(([column, value]) => ({
          equal: [
            [beside, value],
            [column, value],
          ] as const,
        }))),
  ]);
}

function valuesOf(
  shape: ListShape<unknown>,
  filter: Filter,
  { filters }: Driver,
  check: Check | undefined,
): readonly (string | null)[] | null {
  if (check?.include) return check.include.map(String);
  // A status can only be one of few, so what is not excluded can be enumerated. Alone this pays where no row is without
  // a status: rows without one are most of the audit.
  const alone = filters.length === 1;
  if (filter !== 'status' || (alone && (check === undefined || shape.statuses.includes(null)))) return null;
  return shape.statuses.filter((status) => status === null || !check?.exclude.includes(status));
}
