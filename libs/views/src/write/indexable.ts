import { toStoredText } from '../schema/stored-text.js';

/** An index entry of PostgreSQL has room for 2,704 bytes, tenant and position included. */
const INDEXED_BYTES_MAX = 2_400;

/** Whether a value of a path is kept in `audit_value`. One that is not is found by a scan. */
export const isIndexable = (path: string, value: string): boolean =>
  Buffer.byteLength(toStoredText(path)) + Buffer.byteLength(toStoredText(value)) <= INDEXED_BYTES_MAX;
