/**
 * The inbox pattern on PostgreSQL: an action's effect and its effect key are written in one transaction, which is what
 * `effects: 'transactional'` promises.
 *
 *  P1 the work runs only while this transaction holds the row of its key: of any number of calls one at a time;
 *  P2 the row becomes visible with its result and with the work, or not at all;
 *  P3 `effect: 'none'` is said only where COMMIT was never sent, or where the server itself refused it.
 */
import type { ActionContext } from '../action-context.js';
import { type JsonValue, toJson } from '../json.js';
import { createInboxTable, INBOX_TABLE_SQL } from './inbox-table.js';
import { notCommitted, wasRefused } from './not-committed.js';
import type { ClientOf, TransactionClient, TransactionPool } from './transaction-pool.js';

export type { ClientOf, TransactionClient, TransactionPool };
export { createInboxTable, INBOX_TABLE_SQL };

/** A row may be cleared away between the refusal to insert it and the look at it; then it is inserted again. */
const LOOKS_MAX = 8;

/** READ COMMITTED, because who waited for another call of the same key has to see what that one committed. */
const BEGIN = 'begin isolation level read committed';
const INSERT = `insert into do_inbox (effect_key) values ($1) on conflict (effect_key) do nothing
  returning pg_current_xact_id()::text as transaction`;
const LOOK = 'select result::text as result from do_inbox where effect_key = $1';
const KEEP = `update do_inbox set result = $2 where effect_key = $1
  returning pg_current_xact_id()::text as transaction`;

/**
 * Does the work once for each `ctx.idempotencyKey`, in one transaction with the row that says so, and gives its result.
 * Where it is done already the first result is given, and the work is not run. A call that comes while another one with
 * the same key is at it waits, then gives that one's result, or does the work if that one was rolled back.
 *
 * @param pool of `pg`, or what behaves as one. One connection is held until the end.
 * @param work has its effect by `client` alone, and leaves beginning and ending the transaction to this function.
 *   Gives JSON, null where there is nothing to give.
 * @throws ActionError effect `none`: nothing was committed. An ActionError of the work stays what it was otherwise;
 *   whatever else it threw is the `cause` of code NOT_COMMITTED, retryable.
 * @throws Error (no ActionError, so the effect counts as unknown) nobody knows whether the transaction was committed:
 *   the next call with the same key finds out
 */
export async function inTransaction<P extends TransactionPool, T>(
  pool: P,
  ctx: Pick<ActionContext, 'idempotencyKey'>,
  work: (client: ClientOf<P>) => Promise<T> | T,
): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw notCommitted(error);
  });
  const connection = new Connection(client);
  let fit = false;
  try {
    // The pool's own type of its clients, which the interface cannot name.
    const result = await once(connection, ctx.idempotencyKey, () => work(client as ClientOf<P>));
    fit = true;
    return result as T;
  } catch (error) {
    if (connection.state === 'begun') fit = await connection.rollBack();
    throw connection.state === 'unknown' ? error : notCommitted(error);
  } finally {
    connection.release(fit);
  }
}

async function once(connection: Connection, key: string, work: () => unknown): Promise<JsonValue> {
  await connection.begin();
  for (let looks = 0; looks < LOOKS_MAX; looks++) {
    const [inserted] = await connection.rows(INSERT, [key]);
    if (inserted !== undefined) {
      const result = toJson(await work(), 'result');
      const [kept] = await connection.rows(KEEP, [key, JSON.stringify(result)]);
      await connection.commit(kept?.['transaction'] === inserted['transaction']);
      return result;
    }
    const [found] = await connection.rows(LOOK, [key]);
    if (found === undefined) continue;
    const text = found['result'];
    if (typeof text !== 'string') throw connection.doubt(`do_inbox has ${key} without a result: see P2`);
    await connection.rollBack();
    const result: JsonValue = JSON.parse(text);
    return result;
  }
  throw new Error(`the row of ${key} in do_inbox comes and goes: what clears the table away is too eager`);
}

type Row = Readonly<Record<string, unknown>>;

/** One connection, and how far its transaction is known to have come. */
class Connection {
  state: 'idle' | 'begun' | 'over' | 'unknown' = 'idle';
  #lost = false;
  /** Without a listener the driver's event would end the process. */
  readonly #onError = (): void => {
    this.#lost = true;
  };

  constructor(private readonly client: TransactionClient) {
    client.on('error', this.#onError);
  }

  async begin(): Promise<void> {
    await this.client.query(BEGIN);
    this.state = 'begun';
  }

  async rows(text: string, values: unknown[]): Promise<Row[]> {
    const { rows } = await this.client.query(text, values);
    return rows as Row[];
  }

  /** @param sameTransaction the row that was inserted is still ours to commit: the work ended nothing itself */
  async commit(sameTransaction: boolean): Promise<void> {
    if (!sameTransaction)
      throw this.doubt('the work ended the transaction that it was given: leave that to inTransaction');
    this.state = 'unknown';
    try {
      await this.client.query('commit');
    } catch (error) {
      if (wasRefused(error)) this.state = 'over';
      throw error;
    }
    this.state = 'over';
  }

  /** What was done under this key went past the transaction, by whomever. */
  doubt(message: string): Error {
    this.state = 'unknown';
    return new Error(message);
  }

  /** @returns whether the connection can be used again; where it cannot, the server rolls back by itself */
  async rollBack(): Promise<boolean> {
    this.state = 'over';
    try {
      await this.client.query('rollback');
      return true;
    } catch {
      return false;
    }
  }

  release(fit: boolean): void {
    this.client.removeListener('error', this.#onError);
    this.client.release(!fit || this.#lost);
  }
}
