import {
  type ErrorCode,
  HandlerFailure,
  HandlerProbeAnswer,
  HandlerReport,
  HEADERS,
  type Issue,
  type JsonValue,
} from '@action-do/contracts';
import type { AttemptOutcome, ProbeAnswer } from '@action-do/domain';
import { type BusReply, header } from '@action-do/messaging';
import { isTooDeep, RESULT_BYTES_MAX } from '@do-sdk/actions';
import { badResult, failedSaying } from './outcomes.js';

export type CheckResult = (result: JsonValue) => Issue[];

/** What a worker says of an attempt, as far as it can be understood. */
export type Report =
  | { readonly kind: 'here' }
  | { readonly kind: 'running' }
  | { readonly kind: 'ended'; readonly outcome: AttemptOutcome };

/** What a worker can know of its own attempt. Anything else it says is kept as the cause. */
const OF_WORKERS = [
  'ACTION_FAILED',
  'PARAMS_INVALID',
  'RESULT_INVALID',
  'RESULT_TOO_LARGE',
  'TIMED_OUT',
  'NO_HANDLER',
  'RATE_LIMITED',
  'UNAVAILABLE',
] as const satisfies readonly ErrorCode[];
type OfWorkers = (typeof OF_WORKERS)[number];
const isOfWorkers = (code: string): code is OfWorkers => OF_WORKERS.some((known) => known === code);

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Reads the answer to a run. Whatever was sent, it comes to an outcome: `keptOutcome` makes it one that the record takes. */
export function readOutcome({ payload, headers }: BusReply, check: CheckResult): AttemptOutcome {
  const code = header(headers, HEADERS.errorCode);
  const title = header(headers, HEADERS.errorTitle);
  if (code === undefined && title === undefined) return readResult(payload, check);
  const failure = HandlerFailure.safeParse(readJson(payload));
  if (failure.success) return toOutcome(failure.data);
  return failedSaying({ code: code ?? 'ERROR', message: title || 'the worker gave no reason' });
}

/** Null for an answer that says nothing: whoever does not know should have kept silent. */
export function readReport({ payload, headers }: BusReply, check: CheckResult): Report | null {
  if (header(headers, HEADERS.errorCode) !== undefined) return null;
  const report = HandlerReport.safeParse(readJson(payload));
  if (!report.success) return null;
  switch (report.data.state) {
    case 'succeeded':
      return { kind: 'ended', outcome: checked(report.data.result, check) };
    case 'failed':
      return { kind: 'ended', outcome: toOutcome(report.data.failure) };
    default:
      return { kind: report.data.state };
  }
}

export function readProbe({ payload, headers }: BusReply, check: CheckResult): ProbeAnswer {
  if (header(headers, HEADERS.errorCode) !== undefined) return { state: 'unknown' };
  const answer = HandlerProbeAnswer.safeParse(readJson(payload));
  if (!answer.success) return { state: 'unknown' };
  if (answer.data.state !== 'applied') return answer.data;
  const outcome = checked(answer.data.result, check);
  return outcome.ok ? { state: 'applied', result: outcome.result } : { state: 'unknown' };
}

/** Reads the answer of whoever came to an end, which is the result. */
export function readResult(payload: Uint8Array, check: CheckResult): AttemptOutcome {
  if (payload.byteLength > RESULT_BYTES_MAX)
    return badResult(
      'RESULT_TOO_LARGE',
      `the result has ${payload.byteLength} bytes, at most ${RESULT_BYTES_MAX} are kept`,
    );
  const result = readJson(payload);
  return result === undefined
    ? badResult('RESULT_INVALID', 'the result is not JSON that can be kept')
    : checked(result, check);
}

function checked(result: JsonValue, check: CheckResult): AttemptOutcome {
  const issues = check(result);
  if (issues.length === 0) return { ok: true, result };
  const invalid = badResult('RESULT_INVALID', 'the result does not fit the schema of the action');
  return { ...invalid, error: { ...invalid.error, issues } };
}

/** A failure as somebody said it, in the codes that are the platform's. */
export function toOutcome({ error, effect, retryable }: HandlerFailure): AttemptOutcome {
  const { code, message, cause, issues, details } = error;
  const isKnown = isOfWorkers(code);
  const said =
    cause ?? (isKnown ? undefined : { code, message, ...(details === undefined ? {} : { details }) });
  return {
    ok: false,
    error: {
      code: isKnown ? code : 'ACTION_FAILED',
      message,
      ...(said ? { cause: said } : {}),
      ...(issues ? { issues } : {}),
    },
    effect,
    retryable,
  };
}

/** Undefined for what is no JSON, or none that can be written again. */
export function readJson(payload: Uint8Array): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(decoder.decode(payload));
    return isTooDeep(value, payload.byteLength) ? undefined : value;
  } catch {
    return undefined;
  }
}
