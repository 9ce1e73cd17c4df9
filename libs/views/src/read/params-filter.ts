import { readChoice } from '@action-do/contracts';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { toStoredLabel, toStoredText } from '../schema/stored-text.js';
import type { Tables } from '../schema/tables.js';
import { isIndexable } from '../write/indexable.js';
import { valueAt } from './value-at.js';

/** What is asked of one path of an execution's params. */
export interface AskedPath {
  readonly path: string;
  /** One of these; null stands for any or none. */
  readonly include: readonly string[] | null;
  /** None of these; a path that leads nowhere has none of them. */
  readonly exclude: readonly string[];
}

export function askedPaths(params: Readonly<Record<string, readonly string[]>> | undefined): AskedPath[] {
  return Object.entries(params ?? {}).map(([path, values]) => {
    const { include, exclude } = readChoice(values);
    return { path, include: include.length > 0 ? include : null, exclude };
  });
}

/** @param params JSON text */
export function paramsMatch(params: string, asked: readonly AskedPath[]): boolean {
  const json: unknown = JSON.parse(params);
  return asked.every(({ path, include, exclude }) => {
    const value = valueAt(json, path);
    if (value === undefined) return include === null;
    return (include?.includes(value) ?? true) && !exclude.includes(value);
  });
}

const columnPath = (path: string): string => `params.${path}`;

/** Whether `audit_value` answers for all that is asked: every action that could have such rows declares every path. */
export async function areIndexed(
  db: Kysely<Tables>,
  tenant: string,
  actions: readonly string[] | null,
  asked: readonly AskedPath[],
): Promise<boolean> {
  const values = asked.flatMap(({ path, include, exclude }) =>
    [...(include ?? []), ...exclude].map((value) => isIndexable(columnPath(path), value)),
  );
  if (values.includes(false)) return false;
  let found = db
    .selectFrom('action')
    .select('indexed_paths')
    .distinct()
    .where('tenant', '=', toStoredLabel(tenant));
  if (actions !== null) found = found.where('action', 'in', actions.map(toStoredLabel));
  const declared = await found.execute();
  if (declared.length === 0) return false;
  return declared.every(({ indexed_paths }) => {
    const paths: unknown = JSON.parse(indexed_paths);
    return Array.isArray(paths) && asked.every(({ path }) => paths.includes(columnPath(path)));
  });
}

/** Rows of `audit_value` (as `v`) with one of these values. */
export const valueIs = (tenant: string, path: string, values: readonly string[]): RawBuilder<boolean> =>
  sql`v.tenant = ${toStoredLabel(tenant)} and v.path = ${toStoredText(columnPath(path))}
    and v.value in (${sql.join(values.map(toStoredText))})`;

/** The conditions of all paths on an execution, found in `audit_value` by its first position. */
export function indexedConditions(
  tenant: string,
  asked: readonly AskedPath[],
  firstPosition: RawBuilder<unknown>,
): RawBuilder<boolean>[] {
  const exists = (path: string, values: readonly string[]): RawBuilder<boolean> =>
    sql`exists (select 1 from audit_value as v where ${valueIs(tenant, path, values)} and v.position = ${firstPosition})`;
  return asked.flatMap(({ path, include, exclude }) => [
    ...(include === null ? [] : [exists(path, include)]),
    ...(exclude.length === 0 ? [] : [sql<boolean>`not ${exists(path, exclude)}`]),
  ]);
}
