import type { OutgoingHttpHeaders } from 'node:http';
import { hostileBody, type Random } from '@action-do/test-support';
import {
  type Choice,
  credentials,
  EXECUTIONS,
  HEADERS,
  KEYS,
  METHODS,
  NAMES,
  PATHS,
  QUERIES,
} from './hostile-parts.js';

/** One request that must be refused, and why. */
export interface HostileRequest {
  readonly kind: string;
  readonly method: string;
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
  /** The error codes that are right for it; left out where several are. */
  readonly codes?: readonly string[];
}

/** Said by whoever looks at the body before anybody looks at the params. */
const BODY_CODES = ['BODY_INVALID', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'];

const PATH = '/v1/actions/note-unsafe/executions';
const VALID = JSON.stringify({ params: { id: 'hostile' } });
const JSON_TYPE = { 'content-type': 'application/json' };

/**
 * Draws a request that breaks one rule and is right otherwise: whatever part is hostile, the rest would be let through.
 * So each of them must be refused, and none may leave anything in an action's stream.
 */
export function hostileRequest(random: Random, apiKey: string): HostileRequest {
  const authorization = `Bearer ${apiKey}`;
  const right: HostileRequest = {
    kind: '',
    method: 'POST',
    path: PATH,
    headers: { ...JSON_TYPE, authorization },
    body: VALID,
  };
  const pick = <T>(list: Choice<T>): T => list[Math.floor(random() * list.length)] ?? list[0];
  const draw = random();
  if (draw < 0.6) {
    const { bytes, contentType, kind } = hostileBody(random);
    return {
      ...right,
      kind: `body: ${kind}`,
      codes: BODY_CODES,
      body: bytes,
      headers: { authorization, 'content-type': contentType },
    };
  }
  if (draw < 0.7) return { ...right, kind: 'action name', path: `/v1/actions/${pick(NAMES)}/executions` };
  if (draw < 0.76) {
    const path = `/v1/executions/${pick(EXECUTIONS)}${pick(['', '/events', '/attach'])}`;
    return { kind: 'execution id', method: 'GET', path, headers: { authorization, prefer: 'wait=0' } };
  }
  if (draw < 0.8)
    return { kind: 'path', method: pick(['GET', 'POST']), path: pick(PATHS), headers: right.headers };
  if (draw < 0.88)
    return {
      ...right,
      kind: 'key',
      codes: ['IDEMPOTENCY_KEY_INVALID'],
      headers: { ...right.headers, 'idempotency-key': pick(KEYS) },
    };
  if (draw < 0.94) {
    const given = pick(credentials(apiKey));
    return {
      ...right,
      kind: 'credentials',
      codes: ['UNAUTHENTICATED'],
      headers: { ...JSON_TYPE, ...(given === null ? {} : { authorization: given }) },
    };
  }
  if (draw < 0.96) return { ...right, kind: 'method', method: pick(METHODS) };
  if (draw < 0.98) return { ...right, kind: 'header', headers: { ...right.headers, ...pick(HEADERS) } };
  return { ...right, kind: 'query', path: `${PATH}${pick(QUERIES)}` };
}
