import { z } from 'zod';

/** What the author declares about repeating the action. Never guessed: see docs/explanation/guarantees.md. */
export const Effects = z.enum(['none', 'idempotent', 'transactional', 'verifiable', 'unsafe']);
export type Effects = z.infer<typeof Effects>;

export const MS_MAX = 31 * 24 * 3_600_000;

/** Delay before attempt n+1: a random part (full jitter) of min(delayMsMax, initialDelayMs × factor^(n-1)). */
export const RetryPolicy = z.object({
  attemptsMax: z.int().min(1).max(100),
  initialDelayMs: z.int().min(0).max(MS_MAX),
  delayMsMax: z.int().min(0).max(MS_MAX),
  factor: z.number().min(1).max(10),
});
export type RetryPolicy = z.infer<typeof RetryPolicy>;

export const IdempotencyPolicy = z.object({
  /** `params`: equal params are the same work. `key-required`: the caller names it. `none`: every call is new work. */
  mode: z.enum(['params', 'key-required', 'none']),
  /** How long after its end an execution answers for its repeats. */
  windowMs: z.union([
    z
      .int()
      .min(1)
      .max(100 * 365 * 24 * 3_600_000),
    z.literal('forever'),
  ]),
  /** True: each version is a piece of work of its own, and a call has to name one. */
  perVersion: z.boolean(),
  /** Whether a new call after a failure may do the work again where that is safe. */
  reopen: z.enum(['when-safe', 'never']),
});
export type IdempotencyPolicy = z.infer<typeof IdempotencyPolicy>;

/** Everything that decides how an execution runs; stored with it, so a later release changes nothing under way. */
export const ActionPolicy = z.object({
  effects: Effects,
  retry: RetryPolicy,
  attemptTimeoutMs: z.int().min(1).max(MS_MAX),
  deadlineMs: z.int().min(1).max(MS_MAX),
  idempotency: IdempotencyPolicy,
});
export type ActionPolicy = z.infer<typeof ActionPolicy>;
