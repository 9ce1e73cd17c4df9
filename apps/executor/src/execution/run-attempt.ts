import { type ActionEventData, executionId, type ScopeHash } from '@action-do/contracts';
import type { AttemptOutcome, ProbeAnswer } from '@action-do/domain';
import { type ActionContext, performAction, performProbe } from '@do-sdk/actions';
import type { Clock, Log } from '../ports.js';
import type { RegisteredAction } from '../registry/registered-action.js';

export interface Attempt {
  readonly action: RegisteredAction;
  readonly request: ActionEventData<'ActionRequested'>;
  readonly scope: ScopeHash;
  readonly attempt: number;
}

export interface RunningAttempt {
  /** What it came to, or that it was given up: resolves by the attempt's deadline at the latest. */
  readonly outcome: Promise<AttemptOutcome>;
  /** What the handler came to in truth, even after it was given up. May never resolve. */
  readonly end: Promise<AttemptOutcome>;
  readonly timedOut: () => boolean;
}

/** Runs one attempt of the author's code under its timeout, which a heartbeat begins anew within the deadline. */
export function runAttempt(attempt: Attempt, clock: Clock, log: Log): RunningAttempt {
  const { request, action } = attempt;
  const { attemptTimeoutMs } = request.policy;
  const aborter = new AbortController();
  let gaveUp = false;
  let giveUp: (outcome: AttemptOutcome) => void = () => {};
  const overdue = new Promise<AttemptOutcome>((resolve) => {
    giveUp = resolve;
  });
  const armTimeout = (): (() => void) => {
    const ms = Math.max(0, Math.min(attemptTimeoutMs, request.deadlineAtMs - clock.nowMs()));
    return clock.after(ms, () => {
      gaveUp = true;
      aborter.abort(new Error(`the attempt was given up after ${ms} ms`));
      giveUp(timedOut(ms));
    });
  };
  let disarm = armTimeout();
  let ended = false;
  const heartbeat = (): void => {
    if (ended || gaveUp) return;
    disarm();
    disarm = armTimeout();
  };
  const end = performAction(
    action.definition,
    request.params,
    contextOf(attempt, clock, log, aborter.signal, heartbeat),
  );
  const ofHandler = end.then((outcome) => {
    ended = true;
    disarm();
    return outcome;
  });
  return { outcome: Promise.race([ofHandler, overdue]), end, timedOut: () => gaveUp };
}

/** Asks the author's probe, for at most one attempt timeout; silence is `unknown`. */
export function runProbe(attempt: Attempt, clock: Clock, log: Log): Promise<ProbeAnswer> {
  const aborter = new AbortController();
  return new Promise((resolve) => {
    const callOff = clock.after(attempt.request.policy.attemptTimeoutMs, () => {
      aborter.abort(new Error('the probe was given up'));
      resolve({ state: 'unknown' });
    });
    const context = contextOf(attempt, clock, log, aborter.signal, () => {});
    void performProbe(attempt.action.definition, attempt.request.params, context).then((answer) => {
      callOff();
      resolve(answer);
    });
  });
}

const timedOut = (ms: number): AttemptOutcome => ({
  ok: false,
  error: { code: 'TIMED_OUT', message: `the attempt did not end within ${ms} ms` },
  effect: 'unknown',
  retryable: true,
});

function contextOf(
  { request, scope, attempt }: Attempt,
  clock: Clock,
  log: Log,
  signal: AbortSignal,
  heartbeat: () => void,
): ActionContext {
  const execution = executionId(scope, request.generation);
  const fields = { executionId: execution, action: request.action, attempt };
  return {
    executionId: execution,
    idempotencyKey: request.effectKey,
    attempt,
    signal,
    deadlineMs: Math.min(clock.nowMs() + request.policy.attemptTimeoutMs, request.deadlineAtMs),
    logger: {
      debug: (message, more) => log.debug({ ...more, ...fields }, message),
      info: (message, more) => log.info({ ...more, ...fields }, message),
      warn: (message, more) => log.warn({ ...more, ...fields }, message),
      error: (message, more) => log.error({ ...more, ...fields }, message),
    },
    heartbeat,
  };
}
