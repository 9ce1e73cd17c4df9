import {
  ExecuteBody,
  HEADERS,
  type JsonObject,
  type Problem,
  parseIdempotencyKey,
  problem,
  TenantName,
  WAIT_MS_DEFAULT,
  WAIT_MS_MAX,
} from '@action-do/contracts';
import { type BusHeaders, header } from '@action-do/messaging';
import { type BusContext } from '@action-do/messaging/nest';
import type { ExecuteCommand } from '../execution/execute-command.js';
import type { Requester } from '../execution/execution-record.js';
import type { Chance } from '../ports.js';

/** A message that is refused before anything is looked up: carries the error object for the sender. */
export class MessageRefused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.name = 'MessageRefused';
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true });
/** Enough to correct a body by; it must not come back larger than it was sent. */
const ISSUES_MAX = 20;
const ISSUE_LENGTH_MAX = 200;
/** ISO 8601 with a zone, or the fixed form of RFC 9110. Anything looser Date.parse would guess at. */
const DATE =
  /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})|[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT)$/;
const REQUEST_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Reads an execute message: body and headers as the gateway passed them on.
 * @throws MessageRefused something in it is malformed
 */
export function readExecuteCommand(payload: Uint8Array, context: BusContext, chance: Chance): ExecuteCommand {
  const { headers, tokens } = context;
  const body = ExecuteBody.safeParse(readJson(payload));
  if (!body.success) throw bodyRefused(body.error.issues);
  return {
    tenant: readTenant(tokens[0]),
    action: tokens[1] ?? '',
    version: readVersion(header(headers, HEADERS.actionVersion)),
    params: body.data.params,
    metadata: body.data.metadata,
    key: readKey(header(headers, HEADERS.idempotencyKey)),
    requestId: readRequestId(header(headers, HEADERS.requestId)) ?? chance.uuid(),
    firstSentAtMs: readTime(header(headers, HEADERS.firstSent)),
    waitMs: readWait(headers),
    requester: readRequester(headers),
  };
}

/** `{ id }` of a question about one execution. @throws MessageRefused */
export function readExecutionId(payload: Uint8Array): string {
  const body = readJson(payload);
  const id = typeof body === 'object' && body !== null && 'id' in body ? body.id : undefined;
  if (typeof id !== 'string')
    throw new MessageRefused(problem('BODY_INVALID', { detail: 'The body must be {"id": "exe_…"}.' }));
  return id;
}

/** `{ cursor }` beside the id, where a next page is asked for. @throws MessageRefused */
export function readCursor(payload: Uint8Array): string | undefined {
  const body = readJson(payload);
  const cursor = typeof body === 'object' && body !== null && 'cursor' in body ? body.cursor : undefined;
  if (cursor === undefined) return undefined;
  if (typeof cursor === 'string' && /^\d{1,15}$/.test(cursor)) return cursor;
  throw refuse('cursor must be the nextCursor of the page before');
}

/** How long the sender waits, within the bounds. Milliseconds. */
export function readWait(headers: BusHeaders): number {
  const text = header(headers, HEADERS.timeoutMs);
  if (text === undefined) return WAIT_MS_DEFAULT;
  if (!/^\d{1,9}$/.test(text)) throw refuse(`${HEADERS.timeoutMs} must be whole milliseconds`);
  return Math.min(Number(text), WAIT_MS_MAX);
}

export function readTenant(token: string | undefined): TenantName {
  const tenant = TenantName.safeParse(token);
  if (!tenant.success) throw refuse('the subject names no tenant');
  return tenant.data;
}

export function readJson(payload: Uint8Array): unknown {
  try {
    const value: JsonObject = JSON.parse(decoder.decode(payload));
    return value;
  } catch {
    throw new MessageRefused(problem('BODY_INVALID', { detail: 'The body is not JSON.' }));
  }
}

interface BodyIssue {
  readonly path: readonly PropertyKey[];
  readonly code: string;
  readonly message: string;
}

export function bodyRefused(found: readonly BodyIssue[]): MessageRefused {
  const issues = found.slice(0, ISSUES_MAX).map(({ path, code, message }) => ({
    path: path.map(String).join('.').slice(0, ISSUE_LENGTH_MAX),
    code,
    message: message.slice(0, ISSUE_LENGTH_MAX),
  }));
  const detail = `${issues[0]?.path || 'The body'}: ${issues[0]?.message}.`;
  return new MessageRefused(problem('BODY_INVALID', { detail, issues }));
}

function readKey(raw: string | undefined): string | undefined {
  if (raw === undefined) return undefined;
  const parsed = parseIdempotencyKey(raw);
  if (parsed.ok) return parsed.key;
  throw new MessageRefused(
    problem('IDEMPOTENCY_KEY_INVALID', { detail: `${HEADERS.idempotencyKey}: ${parsed.message}.` }),
  );
}

export function readRequestId(text: string | undefined): string | undefined {
  if (text !== undefined && !REQUEST_ID.test(text)) throw refuse(`${HEADERS.requestId} must be a UUID`);
  return text?.toLowerCase();
}

function readVersion(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw refuse(`${HEADERS.actionVersion} must be a whole number from 1`);
  return Number(text);
}

function readTime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = DATE.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw refuse(`${HEADERS.firstSent} must be a date, such as 2026-01-31T12:00:00Z`);
  return ms;
}

export const readRequester = (headers: BusHeaders): Requester => ({
  actorType: header(headers, HEADERS.actorType) ?? 'system',
  actorId: header(headers, HEADERS.actorId) ?? 'unknown',
  credentialId: header(headers, HEADERS.credentialId) ?? '',
  channel: header(headers, HEADERS.channel) ?? 'bus',
  gateway: header(headers, HEADERS.gateway),
  userAgent: header(headers, HEADERS.userAgent),
  traceparent: header(headers, HEADERS.traceparent),
});

const refuse = (detail: string): MessageRefused =>
  new MessageRefused(problem('REQUEST_INVALID', { detail: `${detail}.` }));
