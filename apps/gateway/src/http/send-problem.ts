import { HEADERS, type Problem } from '@action-do/contracts';
import type { FastifyReply } from 'fastify';
import { HTTP_STATUS } from './http-status.js';

/** Ends a request with the error object (RFC 9457) and the headers that say what to do next. */
export function sendProblem(reply: FastifyReply, given: Problem & Record<string, unknown>): void {
  const status = HTTP_STATUS[given.code];
  reply
    .status(status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .header(HEADERS.shouldRetry, String(given.retryable));
  if (given.retryAfterMs !== undefined) reply.header('retry-after', retryAfterSeconds(given.retryAfterMs));
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="action.do"');
  reply.send(JSON.stringify({ ...given, status, requestId: reply.request.id }));
}

/** `Retry-After` knows whole seconds only: never sooner than asked. */
export const retryAfterSeconds = (ms: number): string => String(Math.max(1, Math.ceil(ms / 1_000)));
