import type { FastifyRequest } from 'fastify';
import { RequestRefused } from './request-refused.js';

/** Plain or percent-encoded, in path or query: no name or id of ours looks like it. */
const KEY_IN_URL = /do(_|%5f)(live|test)(_|%5f)/i;

/**
 * A key in a URL ends up in logs and histories: refused on every path, those that want no key or do not exist
 * included, and even where a good one stands in the header. As a hook it comes before the body is read.
 */
export function refuseKeyInUrl(
  { url }: FastifyRequest,
  _reply: unknown,
  done: (error?: Error) => void,
): void {
  const detail =
    'The URL holds an API key; keys belong in the Authorization header. Treat this key as leaked.';
  if (KEY_IN_URL.test(url)) done(new RequestRefused('UNAUTHENTICATED', { detail }));
  else done();
}
