import { CursorInvalid } from '../errors.js';

export type ListName = 'executions' | 'audit';

const CURSOR = /^([a-z]+):(0|[1-9][0-9]{0,18})$/;

/** The place in a list after the row at `position`: opaque to callers, so that it may change. */
export const writeCursor = (list: ListName, position: bigint): string =>
  Buffer.from(`${list}:${position}`).toString('base64url');

const VERSION_CURSOR = /^actions:([a-z0-9-]{1,64}):([1-9][0-9]{0,8})$/;

/** One version of an action, by which the catalogue is ordered. */
export interface VersionPlace {
  readonly action: string;
  readonly version: number;
}

/** The place in the catalogue after that version. */
export const writeVersionCursor = ({ action, version }: VersionPlace): string =>
  Buffer.from(`actions:${action}:${version}`).toString('base64url');

/** @throws CursorInvalid not made by `writeVersionCursor` */
export function readVersionCursor(cursor: string): VersionPlace {
  const [, action, digits] = VERSION_CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  const place = { action: action ?? '', version: Number(digits) };
  if (action === undefined || writeVersionCursor(place) !== cursor) throw new CursorInvalid();
  return place;
}

/** @throws CursorInvalid not made by `writeCursor` for this list */
export function readCursor(list: ListName, cursor: string): bigint {
  const [, name, position] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  // Compared as a whole, for base64 lets much pass.
  if (name !== list || position === undefined || writeCursor(list, BigInt(position)) !== cursor) {
    throw new CursorInvalid();
  }
  return BigInt(position);
}
