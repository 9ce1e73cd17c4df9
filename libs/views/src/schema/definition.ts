/**
 * What the rows mean, as a number. Raise DEFINITION when a table gets another column or an event gives another row:
 * the writer then fills a new generation from the log while readers go on with the old one. What can be done to filled
 * tables in place, such as one more index, is a step at the end of STEPS instead, beside its line in create-tables.ts: no
 * event is read again for it.
 */
import { type Kysely, sql } from 'kysely';
import { createTables, type TableWords } from './create-tables.js';
import type { Tables } from './tables.js';

export const DEFINITION = 4;
/** The oldest definition that this version's queries can still read. */
export const READABLE_FROM = 2;
/** The oldest one whose actions can be listed. */
export const CATALOGUE_FROM = 4;

type Step = (db: Kysely<Tables>) => Promise<unknown>;

/**
 * Done once each, in this order, to tables of this definition that an older version made: new ones are made as all steps
 * leave them. Never edited, only added to. One that makes an index is written `if not exists`, for views that are being
 * filled get theirs when they go live.
 */
export const STEPS: readonly Step[] = [];

/** New tables or none. */
export function createViews(db: Kysely<Tables>, words: TableWords): Promise<void> {
  return db
    .transaction()
    .execute((transaction) =>
      createTables(transaction, { definition: DEFINITION, step: STEPS.length }, words),
    );
}

/** Brings tables of this definition up to the newest step, each step whole or not at all. */
export async function upgradeViews(db: Kysely<Tables>, steps: readonly Step[] = STEPS): Promise<void> {
  const { step } = await db.selectFrom('checkpoint').select('step').executeTakeFirstOrThrow();
  for (const [index, work] of steps.entries()) {
    if (index < Number(step)) continue;
    await db.transaction().execute(async (transaction) => {
      await work(transaction);
      await transaction
        .updateTable('checkpoint')
        .set({ step: index + 1 })
        .execute();
    });
  }
}

/** Which definition the tables have; null where there are none, or where making them was interrupted. */
export async function definitionOf(
  db: Kysely<Tables>,
  isMissing: (error: unknown) => boolean,
): Promise<number | null> {
  try {
    const found = await sql<{ definition: bigint }>`select definition from checkpoint`.execute(db);
    const [row] = found.rows;
    return row === undefined ? null : Number(row.definition);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
