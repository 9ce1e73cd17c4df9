/**
 * What travels between this package and the gateway, as plain types: this package imports nothing, so that it can be
 * installed anywhere. A spec holds them equal to the platform's own contracts.
 */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/** Public and permanent: a code never changes its meaning. A newer gateway may send one that is not listed here. */
export type ErrorCode =
  | 'PARAMS_INVALID'
  | 'RESULT_INVALID'
  | 'RESULT_TOO_LARGE'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'ACTION_UNKNOWN'
  | 'ACTION_RETIRED'
  | 'NO_HANDLER'
  | 'IDEMPOTENCY_KEY_MISSING'
  | 'IDEMPOTENCY_KEY_INVALID'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'NOT_POSSIBLE'
  | 'IN_PROGRESS'
  | 'PENDING'
  | 'TOO_LATE'
  | 'ACTION_FAILED'
  | 'ATTEMPTS_EXHAUSTED'
  | 'OUTCOME_UNKNOWN'
  | 'CANCELLED'
  | 'TIMED_OUT'
  | 'LEASE_LOST'
  | 'RATE_LIMITED'
  | 'RESULT_ERASED'
  | 'PAYLOAD_TOO_LARGE'
  | 'BODY_INVALID'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'REQUEST_INVALID'
  | 'COMPENSATION_FAILED'
  | 'CONTRACT_CONFLICT'
  | 'POSITION_FOREIGN'
  | 'UNAVAILABLE'
  | 'INTERNAL';

/** Whether something happened in the outside world. */
export type EffectState = 'none' | 'applied' | 'unknown';

export interface Issue {
  /** `items[0].name` */
  path: string;
  code: string;
  message: string;
}

/** The reason in the words of whoever met it: the action's author, or the network. */
export interface ErrorCause {
  code: string;
  message: string;
  details?: JsonValue | undefined;
}

/** The error object: what happened, where, and what to do next. */
export interface Problem {
  type: string;
  title: string;
  /** HTTP status, where there was an answer. */
  status?: number | undefined;
  code: ErrorCode;
  detail: string;
  /** What to do next. */
  hint: string;
  source: 'sdk' | 'gateway' | 'bus' | 'executor' | 'action';
  /** Whether repeating the same call, with the same key, may help. */
  retryable: boolean;
  retryAfterMs?: number | undefined;
  /** True: a call with a new key cannot do the work twice. */
  newKeySafe?: boolean | undefined;
  effect?: EffectState | undefined;
  executionId?: string | undefined;
  attempts?: number | undefined;
  issues?: Issue[] | undefined;
  cause?: ErrorCause | undefined;
  requestId?: string | undefined;
  docUrl: string;
}

export type ExecutionStatus =
  | 'pending'
  | 'running'
  | 'retrying'
  | 'unknown'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'undone';

/** One execution. Times are ISO 8601, UTC. */
export interface Execution {
  id: string;
  action: string;
  version: number;
  status: ExecutionStatus;
  effect: EffectState;
  generation: number;
  attempts: number;
  idempotencyKey: string;
  keyDerived: boolean;
  /** True where the answer repeats an outcome that was settled before the call. */
  replayed: boolean;
  actor: { type: string; id: string };
  requestedAt: string;
  startedAt: string | null;
  endedAt: string | null;
  durationMs: number | null;
  nextAttemptAt: string | null;
  position: string;
  workflowRun: string | null;
  step: string | null;
  /** Since when a cancel is wanted that has not taken effect: the attempt under way decides. */
  cancelRequestedAt?: string | undefined;
  /**
   * Only where an undo was asked for and has not succeeded. `waiting` for its (next) attempt, `running`, or `failed`: its
   * attempts are used up, and what was done stands, unless `effect` (what failed attempts may have taken back) is in doubt.
   */
  undo?:
    | {
        status: 'waiting' | 'running' | 'failed';
        attempts: number;
        effect: EffectState;
        error?: ErrorCause | undefined;
      }
    | undefined;
  /** Only on a failed, cancelled or unknown execution. */
  error?: Problem | undefined;
}

/** One execution in a list: with what it was asked for and what it gave. */
export interface ListedExecution extends Execution {
  params: { [key: string]: JsonValue };
  /** Only on a succeeded execution. */
  result?: JsonValue | undefined;
}

/** An event as the audit shows it. */
export interface AuditEvent {
  eventId: string;
  type: string;
  executionId: string;
  action: string;
  version: number;
  actor: { type: string; id: string };
  position: string;
  occurredAt: string;
  data: { [key: string]: JsonValue };
  /** Everything else that was recorded beside it: by which key, from where, which attempt, and why. */
  record?: { [name: string]: string } | undefined;
}
