/**
 * A cursor as callers have it: the views' own, and behind a dot the log that it is a place in. After a migration the same
 * words would mean another place, and rows would be passed over without anybody noticing.
 */
import { refused } from './message-refused.js';

export const sealCursor = (logId: string, cursor: string | null): string | null =>
  cursor === null ? null : `${cursor}.${logId}`;

/** @returns the views' own  @throws MessageRefused it is of another log, or none of ours */
export function openCursor(logId: string, text: string | undefined): { cursor?: string } {
  if (text === undefined) return {};
  const [, cursor, found] = /^([\w-]+)\.([a-z0-9]+)$/.exec(text) ?? [];
  if (cursor === undefined)
    throw refused('REQUEST_INVALID', {
      detail: 'cursor: not a cursor of this list: pass nextCursor of the page before as it is.',
    });
  if (found === logId) return { cursor };
  throw refused('POSITION_FOREIGN', {
    detail: `cursor belongs to another log than this one, which is ${logId}: begin at the first page.`,
  });
}
