import { EffectState, type JsonValue } from '@action-do/contracts';
import type { AttemptOutcome, ProbeAnswer } from '@action-do/domain';
import { RESULT_BYTES_MAX } from '@do-sdk/actions';
import { badResult, counted, failedSaying } from '../remote/outcomes.js';
import {
  type CheckResult,
  readJson,
  readProbe,
  readReport,
  readResult,
  toOutcome,
} from '../remote/read-reply.js';
import type { HttpAnswer } from './exchange.js';

/** What a body is that is no result. A result may be called anything else. */
const PROBLEM = 'application/problem+json';
/** Of a service that sends signs of life, and so its status before it knows how it ends: a report, as workers give it. */
const REPORT = 'application/vnd.action-do.report+json';

const ACCEPTED = 202;
const WITHOUT_BODY: readonly number[] = [204, 205];
/** Statuses that ask for another try. Of the rest of 4xx a repeat would be told the same. */
const AGAIN: readonly number[] = [408, 425, 429];
/** What is said of an effect and cannot be read is no word that there was none. */
const SaidEffect = EffectState.catch('unknown');
const RETRY_AFTER_MS_MAX = 24 * 3_600_000;

/**
 * What an answer to `run` means. Every answer comes to an outcome, and none says more than is known:
 *
 *  | answer | effect | another attempt |
 *  |---|---|---|
 *  | 2xx with JSON | applied: the result, if it fits its schema and the limit, else RESULT_INVALID or RESULT_TOO_LARGE | no |
 *  | 2xx whose length nothing declares | unknown, unless the body cannot be a part of a longer one | by the class |
 *  | 204, 205 | applied: the result null | no |
 *  | 202 | unknown: taken, not done | by the class |
 *  | a report (2xx) | as it says | as it says |
 *  | 3xx | unknown: some answer so when they are done; it is not followed | no |
 *  | 4xx, problem+json | none, unless `effect` says otherwise: unknown where it cannot be read | only where `retryable` is true, and at 408, 425, 429 |
 *  | 4xx, anything else | unknown: not the author said it, but whoever stands before him | at 408, 425, 429 by the class |
 *  | 5xx, problem+json | unknown, unless `effect` says otherwise | by the class, unless `retryable` says no |
 *  | 5xx, anything else | unknown | by the class |
 */
export function readAnswer(answer: HttpAnswer, check: CheckResult, nowMs: number): AttemptOutcome {
  const { status } = answer;
  if (status >= 200 && status < 300) return readSuccess(answer, check, nowMs);
  const outcome = typeOf(answer) === PROBLEM ? readProblem(answer) : null;
  return later(outcome ?? said(status, status >= 500 || AGAIN.includes(status)), answer, nowMs);
}

/** What an answer to `undo` means: every success has undone it, whatever its body. */
export function readUndone(answer: HttpAnswer, nowMs: number): AttemptOutcome {
  const { status } = answer;
  const isDone = status >= 200 && status < 300 && status !== ACCEPTED && typeOf(answer) !== REPORT;
  return isDone ? { ok: true, result: null } : readAnswer(answer, () => [], nowMs);
}

/** Null where it is worth asking again: whoever answered stands before the service, is only being started, or was cut. */
export function readProbed(answer: HttpAnswer, check: CheckResult): ProbeAnswer | null {
  const { status, isTooLarge, body, endsByClose } = answer;
  if (status >= 500 || AGAIN.includes(status)) return null;
  if (status !== 200 || isTooLarge || isEncoded(answer)) return { state: 'unknown' };
  if (endsByClose && !isWholeByItself(body)) return null;
  return readProbe({ payload: body, headers: {} }, check);
}

function readSuccess(answer: HttpAnswer, check: CheckResult, nowMs: number): AttemptOutcome {
  const { status, isTooLarge, body, endsByClose } = answer;
  if (status === ACCEPTED) return later(said(status, true), answer, nowMs);
  if (WITHOUT_BODY.includes(status)) return readResult(Buffer.from('null'), check);
  if (isEncoded(answer))
    return badResult('RESULT_INVALID', 'the result came in an encoding nobody asked for');
  if (isTooLarge)
    return badResult(
      'RESULT_TOO_LARGE',
      `the result has more than the ${RESULT_BYTES_MAX} bytes that are kept`,
    );
  if (endsByClose && !isWholeByItself(body))
    return failedSaying({
      code: 'HTTP_CUT',
      message: 'the answer declares no length, and may have been cut',
    });
  return typeOf(answer) === REPORT ? reported(body, check) : readResult(body, check);
}

function reported(body: Uint8Array, check: CheckResult): AttemptOutcome {
  const report = readReport({ payload: body, headers: {} }, check);
  if (report?.kind !== 'ended')
    return failedSaying({ code: 'UNREADABLE', message: 'the report of the service could not be read' });
  const { outcome } = report;
  if (!outcome.ok) return counted(outcome);
  if (Buffer.byteLength(JSON.stringify(outcome.result)) <= RESULT_BYTES_MAX) return outcome;
  return badResult(
    'RESULT_TOO_LARGE',
    `the result has more than the ${RESULT_BYTES_MAX} bytes that are kept`,
  );
}

/**
 * What the author says in RFC 9457: `code` (LIKE_THIS), `detail` or `title`, `effect`, `retryable`, `issues`; the rest is
 * kept as details. Null for what is no such thing.
 */
function readProblem({ status, body, isTooLarge }: HttpAnswer): AttemptOutcome | null {
  const problem = isTooLarge ? undefined : readJson(body);
  if (typeof problem !== 'object' || problem === null || Array.isArray(problem)) return null;
  const { type, title, status: _, detail, code, effect, retryable, issues, instance, ...details } = problem;
  const isDeclared = status >= 400 && status < 500;
  const message = textOf(detail) ?? textOf(title) ?? `the service answered ${status}`;
  return toOutcome({
    error: {
      // Codes such as RATE_LIMITED are for what nobody was asked for, which costs no attempt: this was asked for.
      code: code === 'PARAMS_INVALID' ? code : 'ACTION_FAILED',
      message,
      cause: {
        code: textOf(code) ?? `HTTP_${status}`,
        message,
        ...(Object.keys(details).length > 0 ? { details } : {}),
      },
      ...issuesOf(issues),
    },
    effect: effect === undefined && isDeclared ? 'none' : SaidEffect.parse(effect),
    retryable: typeof retryable === 'boolean' ? retryable : !isDeclared || AGAIN.includes(status),
  });
}

function issuesOf(given: JsonValue | undefined): {
  issues?: { path: string; code: string; message: string }[];
} {
  if (!Array.isArray(given)) return {};
  const issues = given.flatMap((issue) => {
    if (typeof issue !== 'object' || issue === null || Array.isArray(issue)) return [];
    const [path, code, message] = [textOf(issue['path']), textOf(issue['code']), textOf(issue['message'])];
    return path === undefined || message === undefined ? [] : [{ path, code: code ?? 'invalid', message }];
  });
  return issues.length > 0 ? { issues } : {};
}

const textOf = (value: JsonValue | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

function said(status: number, retryable: boolean): AttemptOutcome {
  const cause = { code: `HTTP_${status}`, message: `the service answered ${status}` };
  return { ...failedSaying(cause), retryable };
}

/** Says when the service wants to be asked again, where it does. */
function later(outcome: AttemptOutcome, { headers }: HttpAnswer, nowMs: number): AttemptOutcome {
  const given = headers['retry-after'];
  if (outcome.ok || given === undefined) return outcome;
  const ms = /^\d{1,9}$/.test(given) ? Number(given) * 1_000 : Date.parse(given) - nowMs;
  return Number.isNaN(ms) || ms <= 0
    ? outcome
    : { ...outcome, retryAfterMs: Math.min(ms, RETRY_AFTER_MS_MAX) };
}

/** No part of an object, an array, a text, `true`, `false` or `null` is JSON itself; of a number it may be. */
function isWholeByItself(body: Uint8Array): boolean {
  const json = readJson(body);
  return json !== undefined && typeof json !== 'number';
}

const typeOf = ({ headers }: HttpAnswer): string =>
  (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

const isEncoded = ({ headers }: HttpAnswer): boolean =>
  !['', 'identity'].includes((headers['content-encoding'] ?? '').trim().toLowerCase());
