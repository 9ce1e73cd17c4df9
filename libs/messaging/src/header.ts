import type { BusHeaders } from './bus.js';

/** NATS: visible ASCII without the colon. */
const NAME = /^[!-9;-~]+$/;
/** A line break would begin another header; a lone surrogate has no UTF-8 form and would arrive changed. */
const UNSENDABLE = /[\r\n\p{Surrogate}]/u;

const VERSION_LINE = 'NATS/1.0\r\n';
const BETWEEN_BYTES = ': \r\n'.length;
/** Of one UTF-16 unit. */
const UTF8_BYTES_MAX = 3;
const END_BYTES = '\r\n'.length;

/** Inherits nothing, so that no name is found that was not sent; with a prototype of its own it is read at a fraction of the cost of one without. */
const NOTHING: object = Object.freeze(Object.create(null));

/** For headers: without a name that was not given. */
export const bareHeaders = (): Record<string, string> => Object.create(NOTHING);

/** The value of a header, whatever the case of its name; of several that differ only by case, the first. */
export function header(headers: BusHeaders, name: string): string | undefined {
  for (const own in headers) {
    if (own.length !== name.length) continue;
    if (own === name || own.toLowerCase() === name.toLowerCase()) return headers[own];
  }
  return undefined;
}

/**
 * A frozen copy as a receiver sees it: bare, and without the white space around values, which NATS does not carry.
 * @throws TypeError for a name or value that cannot travel
 */
export function sealHeaders(headers: BusHeaders): BusHeaders {
  const sealed = bareHeaders();
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (!NAME.test(name)) throw new TypeError(`malformed header name ${JSON.stringify(name.slice(0, 80))}`);
    if (typeof value !== 'string' || UNSENDABLE.test(value)) {
      throw new TypeError(`malformed value of header ${name.slice(0, 80)}`);
    }
    sealed[name] = value.trim();
  }
  return Object.freeze(sealed);
}

/** More than `headersBytes`, and known without looking at every character. */
export function headersBytesAtMost(headers: BusHeaders): number {
  let units = 0;
  let lines = 0;
  for (const name in headers) {
    units += name.length + (headers[name]?.length ?? 0);
    lines += 1;
  }
  return VERSION_LINE.length + END_BYTES + lines * BETWEEN_BYTES + units * UTF8_BYTES_MAX;
}

/** Bytes of the header block on the wire of NATS, which count towards its payload limit; 0 without headers. */
export function headersBytes(headers: BusHeaders): number {
  const names = Object.keys(headers);
  if (names.length === 0) return 0;
  let bytes = VERSION_LINE.length + END_BYTES;
  for (const name of names) bytes += name.length + BETWEEN_BYTES + Buffer.byteLength(headers[name] ?? '');
  return bytes;
}

/** Sealed headers as they are on the wire of NATS; '' without headers. */
export function headerBlock(sealed: BusHeaders): string {
  let lines = '';
  for (const name in sealed) lines += `${name}: ${sealed[name]}\r\n`;
  return lines === '' ? '' : `${VERSION_LINE}${lines}\r\n`;
}
