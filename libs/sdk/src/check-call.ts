import { type Connection, isDuration } from './connection.js';
import { localProblem } from './local-problem.js';
import type { Signal } from './platform.js';
import { isObject } from './read-answer.js';
import { sendableJson } from './sendable-json.js';
import type { JsonValue, Problem } from './wire.js';

export interface WaitOptions {
  /** How long to wait for the outcome, all repeats included. Milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Aborting stops the waiting, not the work: the error is PENDING (CANCELLED if nothing was sent yet). */
  readonly signal?: Signal | undefined;
}

export interface ActionCall<N extends string, P> extends WaitOptions {
  readonly name: N;
  readonly params: P;
  /** Default: the newest. */
  readonly version?: number | undefined;
  /** Names this piece of work: calls with the same key are the same work. Default: equal params are. */
  readonly idempotencyKey?: string | undefined;
  /** Your own labels, recorded with the execution. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** What is sent, made once: every repeat is the same to the letter. */
export type CheckedCall =
  | { ok: true; path: string; body: string; headers: Record<string, string> }
  | { ok: false; problem: Problem };

const KEY = /^[\x21-\x7e]{1,255}$/;

/** Finds what cannot succeed before anything is sent. */
export function checkCall(connection: Connection, call: ActionCall<string, unknown>): CheckedCall {
  const { name, version, idempotencyKey } = call;
  const refuse = (detail: string, code: 'REQUEST_INVALID' | 'IDEMPOTENCY_KEY_INVALID' = 'REQUEST_INVALID') =>
    ({ ok: false, problem: localProblem(code, { detail, effect: 'none' }) }) as const;
  if (typeof name !== 'string' || name === '') return refuse('name is missing: write the name of an action.');
  if (version !== undefined && !(Number.isSafeInteger(version) && version > 0))
    return refuse(`version is ${version}: write a whole number from 1.`);
  if (idempotencyKey !== undefined && !(typeof idempotencyKey === 'string' && KEY.test(idempotencyKey)))
    return refuse('idempotencyKey is not 1 to 255 visible ASCII characters.', 'IDEMPOTENCY_KEY_INVALID');
  const body = bodyOf(connection, call);
  if (!body.ok) return body;
  return {
    ...body,
    path: `/v1/actions/${encodeURIComponent(name)}/executions${version === undefined ? '' : `?version=${version}`}`,
    headers: idempotencyKey === undefined ? {} : { 'Idempotency-Key': quoted(idempotencyKey) },
  };
}

export function checkWait({ timeoutMs }: WaitOptions): Problem | undefined {
  if (timeoutMs === undefined || isDuration(timeoutMs)) return undefined;
  const detail = `timeoutMs is ${timeoutMs}: write milliseconds, above 0.`;
  return localProblem('REQUEST_INVALID', { detail, effect: 'none' });
}

function bodyOf({ warn }: Connection, { params, metadata }: ActionCall<string, unknown>) {
  const sent: Record<string, JsonValue> = {};
  for (const [member, value] of Object.entries({ params, metadata })) {
    if (member === 'metadata' && value === undefined) continue;
    const checked = sendableJson(value, '');
    const issue = !checked.ok
      ? checked.issue
      : !isObject(checked.json) && { path: '', code: 'invalid_type', message: 'expected an object' };
    if (issue) return { ok: false, problem: unsendable(member, issue) } as const;
    if (checked.ok) sent[member] = checked.json;
  }
  if (isObject(params) && Object.hasOwn(params, 'idempotencyKey'))
    warn(
      'key-in-params',
      '@do-sdk/core: idempotencyKey was found inside params, where it is a param like any other. ' +
        'To name the piece of work, put it beside params: execute({ name, params, idempotencyKey }).',
    );
  return { ok: true, body: JSON.stringify(sent) } as const;
}

function unsendable(member: string, issue: { path: string; code: string; message: string }): Problem {
  const detail = `${issue.path ? `${member}.${issue.path}` : member}: ${issue.message}.`;
  return member === 'params'
    ? localProblem('PARAMS_INVALID', { detail, issues: [issue], effect: 'none' })
    : localProblem('REQUEST_INVALID', { detail, effect: 'none' });
}

/** RFC 8941, section 3.3.3: a string, which holds what a bare token may not. */
const quoted = (key: string): string => `"${key.replace(/["\\]/g, '\\$&')}"`;
