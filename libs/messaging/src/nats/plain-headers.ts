import type { Msg } from 'nats';
import type { BusHeaders } from '../bus.js';
import { bareHeaders } from '../header.js';

const VERSION_LINE = 'NATS/1.0\r\n';
/** Of a name: NATS has no bound, and the vendor's client one that nobody wrote down. */
const NAME = /^[!-9;-~]{1,255}$/;
const BREAK = /[\r\n]/;
/** Names are compared in pairs. */
const LINES_MAX = 16;

/**
 * The headers of a message as nearly every one has them: no status, few names, each given once and well formed.
 * Undefined for all others, and for none.
 */
export function plainHeaders(message: Msg): BusHeaders | undefined {
  const text = blockOf(message);
  if (!text?.startsWith(VERSION_LINE)) return undefined;
  const read = bareHeaders();
  let lines = 0;
  for (let at = VERSION_LINE.length; at < text.length; ) {
    const end = text.indexOf('\r\n', at);
    if (end === at && end + 2 === text.length) return Object.freeze(read);
    const colon = text.indexOf(':', at);
    if (end < 0 || colon < 0 || colon > end || lines === LINES_MAX) return undefined;
    const name = text.slice(at, colon);
    const value = text.slice(colon + 1, end).trim();
    if (!NAME.test(name) || BREAK.test(value) || isIn(read, name)) return undefined;
    read[name] = value;
    lines += 1;
    at = end + 2;
  }
  return undefined;
}

/** Whether a name was given before, in whatever case. */
function isIn(read: BusHeaders, name: string): boolean {
  for (const other in read)
    if (other.length === name.length && other.toLowerCase() === name.toLowerCase()) return true;
  return false;
}

/**
 * The text of the header block: the vendor's client keeps it right before the payload, in the same memory, and tells how
 * long all of a message is. Undefined where it does not; that it begins as a block does is for the caller to see.
 */
function blockOf(message: Msg): string | undefined {
  if (!('size' in message) || typeof message.size !== 'function') return undefined;
  const { subject, reply = '', data } = message;
  const bytes: unknown = message.size();
  if (typeof bytes !== 'number') return undefined;
  const length = bytes - subject.length - reply.length - data.byteLength;
  if (length < VERSION_LINE.length || length > data.byteOffset) return undefined;
  return Buffer.from(data.buffer, data.byteOffset - length, length).toString();
}
