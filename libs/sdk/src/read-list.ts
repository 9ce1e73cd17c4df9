import { notOurs } from './await-outcome.js';
import type { Connection } from './connection.js';
import { DoError } from './do-error.js';
import { exchange } from './exchange.js';
import { type AnyListQuery, writeListQuery } from './list-query.js';
import { prepare } from './prepare.js';
import { isObject } from './read-answer.js';
import type { Problem } from './wire.js';

/**
 * The items of a list, page after page. Nothing is asked for before the first item is, nor a page before the one before
 * it is used up; leaving the loop ends it. Each iteration begins anew. `timeoutMs` counts for each page.
 *
 * An iteration has no place for an error beside its items, so this is one of two places where a DoError is thrown.
 */
export function readList<T>(connection: Connection, path: string, query: AnyListQuery): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => items<T>(connection, path, query) };
}

async function* items<T>(
  connection: Connection,
  path: string,
  query: AnyListQuery,
): AsyncGenerator<T, void, void> {
  const written = writeListQuery(query);
  if (!written.ok) throw new DoError(written.problem);
  const begin = written.search === '' ? '' : `${written.search}&`;
  let search = written.search;
  for (let cursor: string | undefined; ; ) {
    const ready = prepare(
      connection,
      (headers) => ({
        method: 'GET',
        path: search === '' ? path : `${path}?${search}`,
        headers: { ...headers, ...written.headers },
      }),
      query,
    );
    if (!ready.ok) throw new DoError(ready.problem);
    const answer = await exchange(connection, ready.request, ready.waiting);
    if (answer.kind === 'failed') throw new DoError(answer.problem);
    const page = pageOf<T>(answer.body);
    if (!page) throw new DoError(notOurs(connection));
    yield* page.items;
    // An empty page may lead on: a search without an index gives what it found in its time.
    if (page.nextCursor === undefined) return;
    if (page.nextCursor === cursor) throw new DoError(goesNowhere(connection));
    cursor = page.nextCursor;
    search = `${begin}cursor=${encodeURIComponent(cursor)}`;
  }
}

function pageOf<T>(
  body: Record<string, unknown>,
): { items: T[]; nextCursor: string | undefined } | undefined {
  const { items: found, nextCursor } = body;
  if (!isItems<T>(found)) return undefined;
  return { items: found, nextCursor: typeof nextCursor === 'string' ? nextCursor : undefined };
}

/** Not looked into further: what a page holds is the gateway's word. */
const isItems = <T>(found: unknown): found is T[] => Array.isArray(found) && found.every(isObject);

/** The same cursor twice would be the same page for ever. */
const goesNowhere = (connection: Connection): Problem => ({
  ...notOurs(connection),
  detail: `${connection.baseUrl} gives the same page again as the next one.`,
  hint: 'Report it: a gateway does not do that.',
});
