import type { Connection } from './connection.js';
import { localProblem } from './local-problem.js';
import { sleep } from './platform.js';
import type { Answer } from './read-answer.js';
import { type HttpRequest, sendOnce, type Waiting } from './send-once.js';
import type { ErrorCause, Problem } from './wire.js';

type Ok = Extract<Answer, { kind: 'ok' }>;
/** `waited`: this side stopped waiting (deadline or signal); nobody said that anything failed. */
export type Exchange = Ok | { kind: 'failed'; problem: Problem; waited: boolean };

const PAUSE_MS_FIRST = 100;
const PAUSE_MS_MAX = 5_000;

/**
 * One request, repeated to the letter while no answer comes or the answer asks for it. Safe because everything that
 * goes this way is safe to repeat: a POST carries its key and request id, everything else only reads.
 */
export async function exchange(
  connection: Connection,
  request: HttpRequest,
  waiting: Waiting,
): Promise<Exchange> {
  const { clock, retriesMax } = connection;
  let mayHaveArrived = false;
  let last: Problem | undefined;
  for (let retry = 0; ; retry++) {
    const answer = await sendOnce(connection, request, waiting);
    if (answer.kind === 'ok') return answer;
    mayHaveArrived ||= answer.kind === 'refused' || answer.sent;
    if (answer.kind === 'stopped')
      return { kind: 'failed', problem: stopped(answer.why, waiting, mayHaveArrived, last), waited: true };
    last = answer.kind === 'refused' ? answer.problem : unreachable(connection, answer.cause, mayHaveArrived);
    const failed: Exchange = { kind: 'failed', problem: last, waited: false };
    if (retry >= retriesMax || (answer.kind === 'refused' && !answer.again)) return failed;
    const asked = answer.kind === 'refused' ? (answer.retryAfterMs ?? 0) : 0;
    const pauseMs = Math.max(asked, clock.random() * Math.min(PAUSE_MS_MAX, PAUSE_MS_FIRST * 2 ** retry));
    if (clock.now() + pauseMs >= waiting.deadlineAtMs) return failed;
    await sleep(clock, pauseMs, waiting.signal);
  }
}

function unreachable({ baseUrl, warn }: Connection, cause: ErrorCause, mayHaveArrived: boolean): Problem {
  if (mayHaveArrived)
    return localProblem('UNAVAILABLE', {
      detail: `No answer from ${baseUrl}: ${cause.message}.`,
      effect: 'unknown',
      cause,
    });
  const detail = `Nothing answers at ${baseUrl} (${cause.code}).`;
  const hint = 'Is the platform running? npm start starts it; set baseUrl or DO_BASE_URL if it is elsewhere.';
  // Said at once, because the repeats may go on for a while before the call gives up.
  warn('unreachable', `@do-sdk/core: ${detail} Trying again. ${hint}`);
  return localProblem('UNAVAILABLE', { detail, hint, effect: 'none', cause });
}

/** The waiting ended, not the work: a timeout is never a failure. */
function stopped(
  why: 'aborted' | 'late',
  { timeoutMs }: Waiting,
  mayHaveArrived: boolean,
  last: Problem | undefined,
): Problem {
  const cause = last?.cause ?? (last && { code: last.code, message: last.detail });
  if (why === 'late')
    return localProblem('UNAVAILABLE', {
      detail: `No answer came within ${timeoutMs} ms. The work may have been done, may go on, or may not have begun.`,
      effect: 'unknown',
      ...(cause && { cause }),
    });
  if (!mayHaveArrived)
    return localProblem('CANCELLED', {
      detail: 'The signal was aborted before anything was sent.',
      effect: 'none',
    });
  return localProblem('PENDING', {
    detail: 'The signal was aborted. That ends the waiting, not the work: whatever has begun goes on.',
    effect: 'unknown',
  });
}
