import { HEADERS, WAIT_MS_DEFAULT, WAIT_MS_MAX } from '@action-do/contracts';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../access/verify-api-key.js';
import { RequestRefused } from '../http/request-refused.js';

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const USER_AGENT_LENGTH_MAX = 200;
/** More than any position has, so that one cut off is none. */
const POSITION_LENGTH_MAX = 255;

/**
 * How long the caller waits for an outcome: `Prefer: wait=<seconds>`, or `respond-async` for not at all; with both, the
 * wait counts (RFC 7240, 4.3). Milliseconds.
 */
export function readWaitMs(prefer: string | string[] | undefined): number {
  if (prefer === undefined) return WAIT_MS_DEFAULT;
  const preferences = String(prefer)
    .split(',')
    .map((text) => text.replace(/;.*$/, '').trim().toLowerCase());
  for (const preference of preferences) {
    const seconds = /^wait\s*=\s*"?(\d{1,6})"?$/.exec(preference)?.[1];
    if (seconds !== undefined) return Math.min(Number(seconds) * 1_000, WAIT_MS_MAX);
  }
  // A preference that is not understood is ignored, as the RFC has it.
  return preferences.includes('respond-async') ? 0 : WAIT_MS_DEFAULT;
}

/** What goes along with everything on the bus: who is calling, as verified here, and from where. */
export function toQuestionHeaders(
  request: FastifyRequest,
  caller: Caller,
  waitMs: number,
  gateway: string,
): Record<string, string> {
  const { headers } = request;
  const headersOut: Record<string, string> = {
    [HEADERS.actorType]: caller.actorType,
    [HEADERS.actorId]: caller.actorId,
    [HEADERS.credentialId]: caller.credentialId,
    [HEADERS.channel]: 'http',
    [HEADERS.gateway]: gateway,
    [HEADERS.timeoutMs]: String(waitMs),
  };
  const traceparent = headers['traceparent'];
  if (typeof traceparent === 'string' && TRACEPARENT.test(traceparent))
    headersOut[HEADERS.traceparent] = traceparent;
  const userAgent = headers['user-agent'];
  if (userAgent) headersOut[HEADERS.userAgent] = printable(userAgent).slice(0, USER_AGENT_LENGTH_MAX);
  return headersOut;
}

/** Besides, what the views must have reached before they answer; whether it is a position, a projector says. */
export function toListHeaders(
  request: FastifyRequest,
  caller: Caller,
  waitMs: number,
  gateway: string,
): Record<string, string> {
  const headersOut = toQuestionHeaders(request, caller, waitMs, gateway);
  const minPosition = request.headers['do-min-position'];
  if (minPosition !== undefined)
    headersOut[HEADERS.minPosition] = printable(String(minPosition)).slice(0, POSITION_LENGTH_MAX);
  return headersOut;
}

/** Besides, which call it is: what a command is told by from its repeats. */
export function toControlHeaders(
  request: FastifyRequest,
  caller: Caller,
  waitMs: number,
  gateway: string,
): Record<string, string> {
  const headersOut = toQuestionHeaders(request, caller, waitMs, gateway);
  headersOut[HEADERS.requestId] = requestIdOf(request);
  return headersOut;
}

/** Besides, by which key, and when it was first sent. */
export function toCommandHeaders(
  request: FastifyRequest,
  caller: Caller,
  waitMs: number,
  gateway: string,
): Record<string, string> {
  const { headers } = request;
  const headersOut = toControlHeaders(request, caller, waitMs, gateway);
  const key = headers['idempotency-key'];
  if (key !== undefined) headersOut[HEADERS.idempotencyKey] = readSingleKey(request, String(key));
  const firstSent = headers['repeatability-first-sent'];
  if (firstSent !== undefined) headersOut[HEADERS.firstSent] = printable(String(firstSent));
  return headersOut;
}

/** The call's own id where the caller gave one, else the id of this request. */
function requestIdOf(request: FastifyRequest): string {
  const given = request.headers['do-request-id'];
  return given === undefined ? request.id : printable(String(given));
}

/** Node joins repeated headers with a comma, which a quoted key may hold: the raw headers tell. Row 11. */
function readSingleKey({ raw }: FastifyRequest, joined: string): string {
  const { rawHeaders } = raw;
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (rawHeaders[i]?.toLowerCase() === 'idempotency-key') count++;
  if (count > 1)
    throw new RequestRefused('IDEMPOTENCY_KEY_INVALID', {
      detail: 'The header Idempotency-Key was sent more than once.',
    });
  if (printable(joined) !== joined)
    throw new RequestRefused('IDEMPOTENCY_KEY_INVALID', {
      detail: 'Idempotency-Key: only visible ASCII characters are allowed.',
    });
  return joined;
}

/** Header values may hold bytes that a bus header may not. */
const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?');
