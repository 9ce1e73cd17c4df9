import { bodyOf } from './call-body.js';
import { type Connection, isDuration } from './connection.js';
import { localProblem } from './local-problem.js';
import { pathSegment } from './path-segment.js';
import type { Signal } from './platform.js';
import { isObject } from './read-answer.js';
import type { Problem } from './wire.js';

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
  const refuse = (detail: string, code: 'REQUEST_INVALID' | 'IDEMPOTENCY_KEY_INVALID' = 'REQUEST_INVALID') =>
    ({ ok: false, problem: localProblem(code, { detail, effect: 'none' }) }) as const;
  if (!isObject(call)) return refuse('There is no call: write an object with name and params.');
  const { name, version, idempotencyKey } = call;
  if (typeof name !== 'string' || name === '') return refuse('name is missing: write the name of an action.');
  if (version !== undefined && !(Number.isSafeInteger(version) && version > 0))
    return refuse(`version is ${shown(version)}: write a whole number from 1.`);
  if (idempotencyKey !== undefined && !(typeof idempotencyKey === 'string' && KEY.test(idempotencyKey)))
    return refuse('idempotencyKey is not 1 to 255 visible ASCII characters.', 'IDEMPOTENCY_KEY_INVALID');
  const body = bodyOf(call);
  if (!body.ok) return body;
  if (body.params && Object.hasOwn(body.params, 'idempotencyKey'))
    connection.warn(
      'key-in-params',
      '@do-sdk/core: idempotencyKey was found inside params, where it is a param like any other. ' +
        'To name the piece of work, put it beside params: execute({ name, params, idempotencyKey }).',
    );
  return {
    ok: true,
    body: body.body,
    path: `/v1/actions/${pathSegment(name)}/executions${version === undefined ? '' : `?version=${version}`}`,
    headers: idempotencyKey === undefined ? {} : { 'Idempotency-Key': quoted(idempotencyKey) },
  };
}

export function checkWait(options: WaitOptions): Problem | undefined {
  const refuse = (detail: string) => localProblem('REQUEST_INVALID', { detail, effect: 'none' });
  if (!isObject(options)) return refuse('The options are no object.');
  const { timeoutMs, signal } = options;
  if (timeoutMs !== undefined && !isDuration(timeoutMs))
    return refuse(`timeoutMs is ${shown(timeoutMs)}: write milliseconds, above 0.`);
  if (signal !== undefined && !isSignal(signal))
    return refuse('signal is no AbortSignal: pass the signal of an AbortController.');
  return undefined;
}

/** By structure: a signal of another realm is one too. */
const isSignal = (value: unknown): boolean =>
  isObject(value) &&
  typeof value['aborted'] === 'boolean' &&
  typeof value['addEventListener'] === 'function' &&
  typeof value['removeEventListener'] === 'function';

/** Some values cannot be made a text of without running code of the caller's. */
const shown = (value: unknown): string =>
  typeof value === 'number' ? `${value}` : value === null ? 'null' : `a ${typeof value}`;

/** RFC 8941, section 3.3.3: a string, which holds what a bare token may not. */
const quoted = (key: string): string => `"${key.replace(/["\\]/g, '\\$&')}"`;
