import type { Msg, MsgHdrs, MsgHdrsImpl } from 'nats';
import type { BusHeaders } from '../bus.js';
import { bareHeaders, headerBlock } from '../header.js';
import { plainHeaders } from './plain-headers.js';

const NO_RESPONDER_STATUS = 503;
const none: BusHeaders = Object.freeze(bareHeaders());

/**
 * Between the values of a name that was given more than once: a list, as HTTP combines them (RFC 9110, 5.3). With the
 * tab, which no quoted string may hold, it is never taken for one value: `"a` and `b"` are not the key `a, b`.
 */
const BETWEEN_VALUES = ',\t';

/**
 * Sealed, as every adapter gives them. What is plain is read from the bytes; whatever else there is, the vendor's client
 * reads, checks and trims, at four times the cost and with a third of a worker's garbage.
 * @throws Error for a block that cannot be read
 */
export const readHeaders = (message: Msg): BusHeaders =>
  plainHeaders(message) ?? vendorsHeaders(message.headers);

/** That a name was given more than once is not hidden: whoever wants one value finds a list. */
function vendorsHeaders(headers: MsgHdrs | undefined): BusHeaders {
  if (headers === undefined) return none;
  const read = bareHeaders();
  for (const [name, values] of headers) {
    if (name === '') throw new TypeError('a header without a name');
    if (values.length === 0) continue;
    const value = values.join(BETWEEN_VALUES);
    // The vendor's client tells names apart by their case, and nobody who reads them does.
    const twin = twinOf(name, read);
    if (twin === undefined) read[name] = value;
    else read[twin] += `${BETWEEN_VALUES}${value}`;
  }
  return Object.freeze(read);
}

function twinOf(name: string, read: Readonly<Record<string, string>>): string | undefined {
  for (const other in read)
    if (other.length === name.length && other.toLowerCase() === name.toLowerCase()) return other;
  return undefined;
}

/** Undefined for none: a message without a header block is smaller and cheaper. */
export function writeHeaders(sealed: BusHeaders, makeHeaders: () => MsgHdrsImpl): MsgHdrs | undefined {
  const block = headerBlock(sealed);
  if (block === '') return undefined;
  const written = makeHeaders();
  // To append them one by one would check each again, at several times the cost.
  written.encode = () => Buffer.from(block);
  return written;
}

/** What a server says where nobody subscribes, and an adapter where its handlers have no room (B4). */
export const isNoResponder = (message: Msg): boolean =>
  message.data.byteLength === 0 && message.headers?.code === NO_RESPONDER_STATUS;
