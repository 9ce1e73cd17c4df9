/** Answers one list: a page that fits the bus, with where the views and the log stand. */
import {
  type ActionsQuery,
  type AuditQuery,
  type ExecutionsQuery,
  publicPosition,
  readChoice,
  type TenantName,
} from '@action-do/contracts';
import type { EventLogReader } from '@action-do/event-store';
import type { Page, ViewsReader } from '@action-do/views';
import { headOf } from '../follow/head-of.js';
import { actionVersionText, auditEventText, executionText, toIdempotencyState } from './item-text.js';
import { openCursor, sealCursor } from './log-cursor.js';
import { unavailable } from './message-refused.js';

/** Of the items of a page, so that the answer fits a message of the bus (1 MiB) with its headers. */
export const PAGE_BYTES_MAX = 768 * 1024;
/** A page is asked for again, smaller, until it fits; new rows can make the next one larger again. */
const TRIES_MAX = 8;

const encoder = new TextEncoder();

export interface ListSources {
  readonly views: ViewsReader;
  readonly log: Pick<EventLogReader, 'logId' | 'subscribe'>;
}

/** @throws CursorInvalid, ViewsUnavailable, StoreUnavailable, MessageRefused */
export async function executionsPage(
  { views, log }: ListSources,
  tenant: TenantName,
  query: ExecutionsQuery,
): Promise<Uint8Array> {
  const { cursor, ...rest } = query;
  const place = openCursor(log.logId, cursor);
  const page = await fittingPage(
    query.limit,
    (limit) => views.executions(tenant, { ...rest, ...place, limit }),
    (row) => executionText(row, log.logId),
  );
  const [action, ...others] = readChoice(query.action).include;
  const keys =
    query.key === undefined || action === undefined || others.length > 0
      ? undefined
      : (await views.idempotency(tenant, action, query.key)).map(toIdempotencyState);
  return pageText(page, log, keys && { idempotency: keys });
}

/** @throws CursorInvalid, ViewsUnavailable, StoreUnavailable, MessageRefused */
export async function auditPage(
  { views, log }: ListSources,
  tenant: TenantName,
  query: AuditQuery,
): Promise<Uint8Array> {
  const { cursor, ...rest } = query;
  const place = openCursor(log.logId, cursor);
  const page = await fittingPage(
    query.limit,
    (limit) => views.auditEvents(tenant, { ...rest, ...place, limit }),
    (row) => auditEventText(row, log.logId),
  );
  return pageText(page, log, undefined);
}

/** @throws CursorInvalid, ViewsTooOld, ViewsUnavailable, StoreUnavailable, MessageRefused */
export async function actionsPage(
  { views, log }: ListSources,
  tenant: TenantName,
  query: ActionsQuery,
): Promise<Uint8Array> {
  const { cursor, ...rest } = query;
  const place = openCursor(log.logId, cursor);
  const page = await fittingPage(
    query.limit,
    (limit) => views.catalogue(tenant, { ...rest, ...place, limit }),
    actionVersionText,
  );
  return pageText(page, log, undefined);
}

interface FittingPage extends Pick<Page<unknown>, 'nextCursor' | 'incomplete' | 'checkpoint' | 'live'> {
  readonly items: readonly string[];
}

/** Rows that do not fit come with the next page. The cursor is the views' own: a shorter page is asked for as such. */
async function fittingPage<Row>(
  asked: number,
  ask: (limit: number) => Promise<Page<Row>>,
  textOf: (row: Row) => string,
): Promise<FittingPage> {
  let limit = asked;
  for (let tries = 1; ; tries += 1) {
    const page = await ask(limit);
    const items = page.rows.map(textOf);
    const fitting = countThatFits(items);
    if (fitting === items.length) return { ...page, items };
    limit = tries < TRIES_MAX ? fitting : 1;
  }
}

/** At least one: an item alone either fits the bus or is refused by it. */
function countThatFits(items: readonly string[]): number {
  let bytes = 0;
  const tooMany = items.findIndex((item) => {
    bytes += Buffer.byteLength(item) + 1;
    return bytes > PAGE_BYTES_MAX;
  });
  return tooMany < 0 ? items.length : Math.max(1, tooMany);
}

async function pageText(
  { items, nextCursor, incomplete, checkpoint, live }: FittingPage,
  log: ListSources['log'],
  more: object | undefined,
): Promise<Uint8Array> {
  if (checkpoint !== null && checkpoint.logId !== log.logId)
    throw unavailable('The views tell of another log and have to be built anew.');
  // Looked at after the views: what was written in between is lag, never the other way round.
  const head = await headOf(log);
  // An empty list would be read as "nothing happened".
  if (!live && head > 0n) throw unavailable('The views are being built from the log.');
  const position = checkpoint?.position ?? 0n;
  const rest = {
    nextCursor: sealCursor(log.logId, nextCursor),
    position: publicPosition(log.logId, position),
    lagEvents: String(head > position ? head - position : 0n),
    ...(incomplete ? { incomplete } : {}),
    ...more,
  };
  return encoder.encode(`{"items":[${items.join(',')}],${JSON.stringify(rest).slice(1)}`);
}
