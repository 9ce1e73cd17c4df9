/** What the author declares about repeating the action. There is no default: nobody else can know it. */
export type Effects = 'none' | 'idempotent' | 'transactional' | 'verifiable' | 'unsafe';

/** Delay before attempt n+1: a random part (full jitter) of min(delayMsMax, initialDelayMs × factor^(n-1)). */
export interface RetryPolicy {
  /** How often it is tried in all, where what happened lets it be tried again. */
  attemptsMax: number;
  /** Before the second attempt; milliseconds. */
  initialDelayMs: number;
  /** However many attempts there were; milliseconds. */
  delayMsMax: number;
  /** By which each delay is longer than the one before. */
  factor: number;
}

export interface IdempotencyPolicy {
  /** `params`: equal params are the same work. `key-required`: the caller names it. `none`: every call is new work. */
  mode: 'params' | 'key-required' | 'none';
  /** How long after its end an execution answers for its repeats; milliseconds. */
  windowMs: number | 'forever';
  /** True: each version is a piece of work of its own, and a call has to name one. */
  perVersion: boolean;
  /** Whether a new call after a failure may do the work again where that is safe. */
  reopen: 'when-safe' | 'never';
}

/** Everything that decides how an execution runs, all defaults filled in. */
export interface ActionPolicy {
  effects: Effects;
  retry: RetryPolicy;
  /** One attempt, unless it sends heartbeats. */
  attemptTimeoutMs: number;
  /** The whole execution, all attempts and pauses. */
  deadlineMs: number;
  idempotency: IdempotencyPolicy;
}

/** What the author may write; what is left out gets its default. */
export interface PolicyOptions {
  /** What repeating it would do. Nobody but its author can know, so there is no default. */
  readonly effects: Effects;
  /** How often and when a failed attempt is tried again. */
  readonly retry?: Readonly<Partial<RetryPolicy>>;
  /** How long one attempt may take; `ctx.heartbeat()` begins it anew. Milliseconds. */
  readonly attemptTimeoutMs?: number;
  /** How long the whole execution may take, all attempts and pauses. Milliseconds. */
  readonly deadlineMs?: number;
  /** Which calls are the same work. */
  readonly idempotency?: Readonly<Partial<IdempotencyPolicy>>;
}
