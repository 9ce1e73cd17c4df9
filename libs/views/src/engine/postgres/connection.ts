import pg from 'pg';

const CONNECT_MS_MAX = 5_000;
/** Longer than any batch or page needs; a server that does not answer is given up. */
const STATEMENT_MS_MAX = 30_000;
const INT8 = pg.types.builtins.INT8;

/** Every integer comes as a bigint: positions pass 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === INT8 && format !== 'binary' ? BigInt : pg.types.getTypeParser(oid, format),
};

export const connectionSettings = (url: string): pg.ClientConfig => ({
  connectionString: url,
  application_name: 'action-do-views',
  connectionTimeoutMillis: CONNECT_MS_MAX,
  statement_timeout: STATEMENT_MS_MAX,
  query_timeout: STATEMENT_MS_MAX + 1_000,
  keepAlive: true,
  types,
});

const INDEX_MS_MAX = 3_600_000;

/** Of the connection that makes indexes: an hour is some billion rows. A server that went away is found by the keepalive. */
export const INDEX_TIMES: pg.ClientConfig = {
  statement_timeout: INDEX_MS_MAX,
  query_timeout: INDEX_MS_MAX + 1_000,
  lock_timeout: STATEMENT_MS_MAX,
};

/** The place in words that may be logged. */
export function nameOf(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** The server's code of five characters; undefined where it did not speak. */
function sqlState(error: unknown): string | undefined {
  if (!(error instanceof pg.DatabaseError)) return undefined;
  return error.code;
}

/** No such table, schema or function of ours. */
export const isUndefined = (error: unknown): boolean => ['42P01', '3F000'].includes(sqlState(error) ?? '');

/** What we sent was wrong: bad data, a broken constraint, bad SQL. All else is the server's or the way's to it. */
const OUR_BUGS = /^(?:2[123]|42)/;
/** ... but these rights are the operator's to give. */
const NOT_ALLOWED = '42501';

export function isOutside(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return state === NOT_ALLOWED || !OUR_BUGS.test(state);
  return error instanceof Error && (isNetworkError(error) || CONNECTION_WORDS.test(error.message));
}

const isNetworkError = (error: Error): boolean => 'syscall' in error || error instanceof AggregateError;

/** What pg says of a connection that is gone, without a code. */
const CONNECTION_WORDS = /connection|timeout|client was closed|client has encountered/i;

export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
