/**
 * The inbox: one row for each effect key whose work is done, written in the transaction that did it. No row is ever
 * seen without its result, because both are committed at once.
 *
 * `json` and not `jsonb`: the first result is given again as it was, in the order of its members.
 */
export const INBOX_TABLE_SQL = `
create table if not exists do_inbox (
  effect_key text primary key,
  result json,
  created_at timestamptz not null default now()
);
create index if not exists do_inbox_created_at on do_inbox (created_at);
`;

/** Two processes that start at once would both find no table: one waits. The number is any, and this table's own. */
const ONE_AT_A_TIME = 'select pg_advisory_xact_lock(7320159461835);';

/**
 * Makes the table `do_inbox` where there is none, in the first schema of the connection's search_path. Statements in one
 * text are one transaction. Who keeps migrations of their own takes `INBOX_TABLE_SQL` into them instead.
 * @throws what the driver throws: nothing was made
 */
export async function createInboxTable(database: { query(text: string): Promise<unknown> }): Promise<void> {
  await database.query(ONE_AT_A_TIME + INBOX_TABLE_SQL);
}
