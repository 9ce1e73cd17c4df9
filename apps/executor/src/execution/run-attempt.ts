import { type ActionEventData, executionId, type JsonValue, type ScopeHash } from '@action-do/contracts';
import type { AttemptOutcome, ProbeAnswer } from '@action-do/domain';
import { Stopper, type StopSignal } from '@action-do/messaging';
import { type ActionContext, LazyContext } from '@do-sdk/actions';
import type { Clock, Log } from '../ports.js';
import type { RegisteredAction } from '../registry/registered-action.js';
import type { GiveUp } from './performer.js';

export interface Attempt {
  readonly action: RegisteredAction;
  readonly request: ActionEventData<'ActionRequested'>;
  readonly scope: ScopeHash;
  readonly attempt: number;
  readonly traceparent?: string | undefined;
  /**
   * For a performer that takes its time before it tells an author: whether the attempt is still to be made. Waits for a
   * store that is away. @throws StoreUnavailable this executor has stopped
   */
  readonly isStillWanted?: () => Promise<boolean>;
}

export interface RunningAttempt {
  /** What it came to, or that it was given up: resolves by the attempt's deadline at the latest. */
  readonly outcome: Promise<AttemptOutcome>;
  /** What it came to in truth, even after it was given up; null = nobody will ever say. May never resolve. */
  readonly end: Promise<AttemptOutcome | null>;
  /** It timed out, or whoever performed it seems dead. */
  readonly givenUp: () => boolean;
  /** Tells whoever performs it that it is wanted no more; its outcome decides all the same. */
  readonly cancel: () => void;
  /** Tells the handler to stop, and waits for what it comes to as before. */
  readonly abort: (why: string) => void;
}

/** A worker that outlived its executor is asked at least this long, however late the attempt is. */
const ADOPTED_MS_MIN = 2_000;

/** Begins the attempt, in whatever way; never rejects. */
type Begin = (context: ActionContext, giveUp: GiveUp, stop: StopSignal) => Promise<AttemptOutcome | null>;

/** Runs one attempt under its timeout, which a heartbeat begins anew within the deadline. */
export function runAttempt(attempt: Attempt, clock: Clock, log: Log): RunningAttempt {
  const begin: Begin = (context, giveUp, stop) =>
    attempt.action.performer.run(attempt, context, giveUp, stop);
  return superviseAttempt(attempt, clock, log, attempt.request.policy.attemptTimeoutMs, begin);
}

/**
 * Waits for an attempt that another executor began and that goes on elsewhere, under what is left of its timeout.
 * @param startedAtMs of its ActionStarted
 */
export function adoptAttempt(attempt: Attempt, startedAtMs: number, clock: Clock, log: Log): RunningAttempt {
  const { elsewhere } = attempt.action.performer;
  if (elsewhere === undefined) throw new TypeError('what this process performs ended with the process');
  const leftMs = startedAtMs + attempt.request.policy.attemptTimeoutMs - clock.nowMs();
  const begin: Begin = (context, giveUp, stop) => elsewhere.adopt(attempt, context, giveUp, stop);
  return superviseAttempt(attempt, clock, log, Math.max(ADOPTED_MS_MIN, leftMs), begin);
}

/** Runs one attempt to undo under the timeout of an attempt. @param attempt to undo: see `Performer.undo` */
export function runUndo(attempt: Attempt, result: JsonValue, clock: Clock, log: Log): RunningAttempt {
  const begin: Begin = (context) => attempt.action.performer.undo(attempt, result, context);
  return superviseAttempt(attempt, clock, log, attempt.request.policy.attemptTimeoutMs, begin);
}

function superviseAttempt(
  attempt: Attempt,
  clock: Clock,
  log: Log,
  firstTimeoutMs: number,
  begin: Begin,
): RunningAttempt {
  const { request } = attempt;
  const { attemptTimeoutMs } = request.policy;
  const stop = new Stopper();
  let gaveUp = false;
  let ended = false;
  let resolveOutcome: (outcome: AttemptOutcome) => void = () => {};
  let rejectOutcome: (error: unknown) => void = () => {};
  const firstOutcome = new Promise<AttemptOutcome>((resolve, reject) => {
    resolveOutcome = resolve;
    rejectOutcome = reject;
  });
  const giveUp = (outcome: AttemptOutcome): void => {
    if (ended || gaveUp) return;
    gaveUp = true;
    disarm();
    const why = outcome.ok ? 'it is over' : outcome.error.message;
    stop.abort(new Error(`the attempt was given up: ${why}`));
    resolveOutcome(outcome);
  };
  const armTimeout = (timeoutMs: number): (() => void) => {
    const ms = Math.max(0, Math.min(timeoutMs, request.deadlineAtMs - clock.nowMs()));
    return clock.after(ms, () => giveUp(timedOut(ms)));
  };
  let disarm = armTimeout(firstTimeoutMs);
  const heartbeat = (): void => {
    if (ended || gaveUp) return;
    disarm();
    disarm = armTimeout(attemptTimeoutMs);
  };
  const deadlineMs = Math.min(clock.nowMs() + attemptTimeoutMs, request.deadlineAtMs);
  const end = begin(contextOf(attempt, deadlineMs, log, stop, heartbeat), giveUp, stop);
  end.then((outcome) => {
    ended = true;
    disarm();
    resolveOutcome(outcome ?? NOBODY_SAYS);
  }, rejectOutcome);
  const cancel = (): void => {
    const { elsewhere } = attempt.action.performer;
    if (elsewhere === undefined) stop.abort(new Error('the execution was cancelled'));
    else if (!ended) elsewhere.cancel(attempt);
  };
  return {
    outcome: firstOutcome,
    end,
    givenUp: () => gaveUp,
    cancel,
    abort: (why) => stop.abort(new Error(why)),
  };
}

/**
 * Asks the author's probe, for at most one attempt timeout; silence is `unknown`. The execution's deadline bounds what is
 * done, and not what is found out: it has often passed by then.
 */
export function runProbe(attempt: Attempt, clock: Clock, log: Log): Promise<ProbeAnswer> {
  const { attemptTimeoutMs } = attempt.request.policy;
  const stop = new Stopper();
  return new Promise((resolve) => {
    const callOff = clock.after(attemptTimeoutMs, () => {
      stop.abort(new Error('the probe was given up'));
      resolve({ state: 'unknown' });
    });
    const context = contextOf(attempt, clock.nowMs() + attemptTimeoutMs, log, stop, () => {});
    void attempt.action.performer.probe(attempt, context).then((answer) => {
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

const NOBODY_SAYS: AttemptOutcome = {
  ok: false,
  error: { code: 'LEASE_LOST', message: 'nobody can say any more what the attempt came to' },
  effect: 'unknown',
  retryable: true,
  atOnce: true,
};

function contextOf(
  { request, scope, attempt }: Attempt,
  deadlineMs: number,
  log: Log,
  stop: Stopper,
  heartbeat: () => void,
): ActionContext {
  const execution = executionId(scope, request.generation);
  const fields = { executionId: execution, action: request.action, attempt };
  return new LazyContext(
    { executionId: execution, idempotencyKey: request.effectKey, attempt, heartbeat },
    {
      stopper: stop,
      deadlineMs: () => deadlineMs,
      logger: () => ({
        debug: (message, more) => log.debug({ ...more, ...fields }, message),
        info: (message, more) => log.info({ ...more, ...fields }, message),
        warn: (message, more) => log.warn({ ...more, ...fields }, message),
        error: (message, more) => log.error({ ...more, ...fields }, message),
      }),
    },
  );
}
