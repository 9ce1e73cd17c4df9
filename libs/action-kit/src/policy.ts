/** What the author declares about repeating the action. There is no default: nobody else can know it. */
export type Effects = 'none' | 'idempotent' | 'transactional' | 'verifiable' | 'unsafe';

/** Delay before attempt n+1: a random part (full jitter) of min(delayMsMax, initialDelayMs × factor^(n-1)). */
export interface RetryPolicy {
  attemptsMax: number;
  initialDelayMs: number;
  delayMsMax: number;
  factor: number;
}

export interface IdempotencyPolicy {
  /** `params`: equal params are the same work. `key-required`: the caller names it. `none`: every call is new work. */
  mode: 'params' | 'key-required' | 'none';
  /** How long after its end an execution answers for its repeats. */
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
  readonly effects: Effects;
  readonly retry?: Readonly<Partial<RetryPolicy>>;
  readonly attemptTimeoutMs?: number;
  readonly deadlineMs?: number;
  readonly idempotency?: Readonly<Partial<IdempotencyPolicy>>;
}
