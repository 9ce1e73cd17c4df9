import type { Connection } from './connection.js';
import { DoError } from './do-error.js';
import { type Exchange, exchange } from './exchange.js';
import { localProblem } from './local-problem.js';
import type { Failure, Outcome } from './outcome.js';
import { pathSegment } from './path-segment.js';
import { sleep } from './platform.js';
import { isObject } from './read-answer.js';
import type { HttpRequest, Waiting } from './send-once.js';
import type { Execution, Problem } from './wire.js';

/** @param execution where the problem does not bring it along */
export function failure(problem: Problem, execution?: Execution): Failure {
  const told = executionOf(problem) ?? execution;
  return { result: undefined, error: new DoError(problem, told), execution: told };
}

type NotOk = Extract<Exchange, { kind: 'failed' }>;

/** Between two looks at an execution, where the gateway answers sooner than it was asked to and names no time. */
const LOOK_AGAIN_MS = 1_000;
const LOOK_AGAIN_MS_MAX = 5_000;
/** A look takes this long; with less time left there is none. */
const LAST_LOOK_MS = 200;

interface HowToGoOn {
  /** What is known before the first answer. */
  readonly started?: Execution;
  /** What is asked while it goes on; default: to attach to the execution. */
  readonly again?: (execution: Execution) => HttpRequest;
}

/**
 * Sends a request whose answer is an outcome or "goes on", and in the second case asks again and again until the outcome
 * is there or this side stops waiting.
 */
export async function awaitOutcome(
  connection: Connection,
  first: HttpRequest,
  waiting: Waiting,
  { started, again = ({ id }) => attachTo(id, first.headers) }: HowToGoOn = {},
): Promise<Outcome<unknown>> {
  const { clock } = connection;
  let known = started;
  for (let request = first; ; ) {
    const askedAtMs = clock.now();
    const answer = await exchange(connection, request, waiting);
    if (answer.kind === 'failed')
      return failure(known ? ofKnown(known, answer, waiting) : answer.problem, known);
    const execution = executionOf(answer.body);
    if (!execution) return failure(notOurs(connection));
    if (answer.status !== 202) return { result: answer.body['result'], error: undefined, execution };
    known = execution;
    request = again(execution);
    // The gateway waits for us while we ask; answers that come at once (it is closing, or busy) must not make us spin.
    const wishedMs =
      Math.min(answer.retryAfterMs ?? LOOK_AGAIN_MS, LOOK_AGAIN_MS_MAX) - (clock.now() - askedAtMs);
    const lastLookInMs = waiting.deadlineAtMs - clock.now() - LAST_LOOK_MS;
    if (lastLookInMs <= 0) return failure(goesOn(execution, waiting), execution);
    if (wishedMs > 0) await sleep(clock, Math.min(wishedMs, lastLookInMs), waiting.signal);
  }
}

/** Asks for the outcome of an execution, waiting for it. */
export const attachTo = (id: string, { Authorization }: HttpRequest['headers']): HttpRequest => ({
  method: 'GET',
  path: `/v1/executions/${pathSegment(id)}/attach`,
  headers: Authorization === undefined ? {} : { Authorization },
  prefer: 'wait',
});

/** The execution is known to exist, so that what merely ended the waiting can say that it goes on. */
const ofKnown = (known: Execution, { problem, waited }: NotOk, waiting: Waiting): Problem =>
  waited ? goesOn(known, waiting) : { executionId: known.id, ...problem };

export const goesOn = ({ id, attempts, status }: Execution, waiting?: Waiting): Problem => {
  const end = waiting?.signal?.aborted
    ? 'the signal was aborted'
    : waiting && `${waiting.timeoutMs} ms are over`;
  return localProblem('PENDING', {
    detail: `The execution is ${status} and goes on${end === undefined ? '' : `: ${end}, which ends only the waiting`}.`,
    executionId: id,
    attempts,
    effect: 'unknown',
  });
};

export const notOurs = ({ baseUrl }: Connection): Problem =>
  localProblem('REQUEST_INVALID', {
    detail: `${baseUrl} answers with something else than an action.do gateway does.`,
    hint: 'Check baseUrl.',
    effect: 'unknown',
  });

export function executionOf(body: object): Execution | undefined {
  const execution = 'execution' in body ? body.execution : undefined;
  return isExecution(execution) ? execution : undefined;
}

const isExecution = (value: unknown): value is Execution =>
  isObject(value) && typeof value['id'] === 'string' && typeof value['status'] === 'string';
