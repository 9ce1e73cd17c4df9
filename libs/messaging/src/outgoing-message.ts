import { types } from 'node:util';
import type { BusHeaders } from './bus.js';
import { PayloadTooLarge } from './errors.js';
import { headersBytes, headersBytesAtMost, sealHeaders } from './header.js';

const none: BusHeaders = sealHeaders({});

/**
 * B6, and the headers' half of B1: what every adapter does with a message before it lets go of it.
 * @returns the headers as the receiver will see them
 * @throws PayloadTooLarge, TypeError for malformed headers
 */
export function checkOutgoing(
  payload: Uint8Array,
  headers: BusHeaders | undefined,
  payloadBytesMax: number,
): BusHeaders {
  if (!types.isUint8Array(payload)) throw new TypeError('a payload is a Uint8Array');
  const sealed = headers === undefined ? none : sealHeaders(headers);
  // Nearly every message is so small that nothing needs to be counted exactly.
  if (payload.byteLength + headersBytesAtMost(sealed) <= payloadBytesMax) return sealed;
  const bytes = payload.byteLength + headersBytes(sealed);
  if (bytes > payloadBytesMax) throw new PayloadTooLarge(bytes, payloadBytesMax);
  return sealed;
}

/** B1. Not `slice()`: on a Buffer that is a view of the same memory. */
export const copyPayload = (payload: Uint8Array): Uint8Array => new Uint8Array(payload);
