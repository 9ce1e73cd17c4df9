import type { IncomingHttpHeaders } from 'node:http';

/** Every charset parameter, its value a token or a quoted string. */
const CHARSET = /;\s*charset\s*=\s*(?:"([^"]*)"?|([^;\s]*))/gi;

/**
 * What keeps a body from being the UTF-8 bytes of JSON, by what its headers say of it; null where nothing does. Bytes
 * that happen to scan as JSON are no proof: as another charset they may say something else than was meant.
 */
export function foreignEncoding(headers: IncomingHttpHeaders): string | null {
  const coding = headers['content-encoding']?.split(',').find((each) => !/^\s*(identity)?\s*$/i.test(each));
  if (coding !== undefined)
    return `Content-Encoding ${shown(coding)} is not understood: send the body as it is, without one.`;
  for (const [, quoted, token] of (headers['content-type'] ?? '').matchAll(CHARSET)) {
    const charset = quoted ?? token ?? '';
    if (!/^utf-?8$/i.test(charset))
      return `The charset ${shown(charset)} is not understood: JSON is sent as utf-8.`;
  }
  return null;
}

const shown = (value: string): string => JSON.stringify(value.trim().slice(0, 64));
