import type { JsonObject } from '@action-do/contracts';
import { CliFailure, ownProblem } from '../cli-failure.js';
import type { ListRequest } from '../input/list-filters.js';
import type { GatewayClient } from './gateway-client.js';
import { objectsAt, textAt, valueAt } from './json-reading.js';

/** Below what the platform allows: an execution may be large, and a page is held as a whole. */
const PAGE_ROWS_MAX = 100;

export interface ListPage {
  readonly items: readonly JsonObject[];
  /** Whether there are, or may be, rows that were not asked for. */
  readonly more: boolean;
  /** Events that the views had not seen yet; empty where the platform does not say. */
  readonly lagEvents: string;
  /** A filter without an index ran out of time on this page. */
  readonly incomplete: boolean;
}

/**
 * A list page by page, until so many rows were read or there are no more.
 * @param keep which rows count; by default all
 * @throws CliFailure
 */
export async function* readPages(
  gateway: GatewayClient,
  path: string,
  { filters, rowsMax }: ListRequest,
  keep?: (row: JsonObject) => boolean,
): AsyncGenerator<ListPage> {
  let rowsRead = 0;
  for (let cursor: string | undefined; ; ) {
    // Of rows that are not kept there may be any number.
    const limit = keep ? PAGE_ROWS_MAX : Math.min(PAGE_ROWS_MAX, rowsMax - rowsRead);
    const body = await gateway.get(path, [
      ...filters,
      ['limit', String(limit)],
      ...(cursor === undefined ? [] : [['cursor', cursor] as const]),
    ]);
    if (!Array.isArray(body['items'])) throw notAList(path);
    const kept = objectsAt(body, 'items').filter((row) => keep?.(row) ?? true);
    const items = kept.slice(0, rowsMax - rowsRead);
    rowsRead += items.length;
    const next = valueAt(body, 'nextCursor');
    const more = typeof next === 'string' || items.length < kept.length;
    yield { items, more, lagEvents: textAt(body, 'lagEvents'), incomplete: body['incomplete'] === true };
    if (typeof next !== 'string' || rowsRead >= rowsMax) return;
    // The same page again and again would never end.
    if (next === cursor) throw notAList(path);
    cursor = next;
  }
}

const notAList = (path: string): CliFailure =>
  new CliFailure(
    ownProblem('UNAVAILABLE', `The answer to GET ${path} is not a list as ado knows it.`, {
      hint: 'Check --base-url, and that ado and the platform are of the same version: ado doctor.',
      effect: 'none',
    }),
  );
