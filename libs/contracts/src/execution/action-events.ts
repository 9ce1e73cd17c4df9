import { z } from 'zod';
import { ActionPolicy } from '../action/policy.js';
import { ErrorCode } from '../errors/error-codes.js';
import { EffectState, ErrorCause, Issue } from '../errors/problem.js';
import { Json, JsonMap } from '../json.js';

/**
 * The events of one execution, as they are stored for ever. Additive changes only: a break is a new type name.
 * Every time is milliseconds since the Unix epoch, UTC, taken where the event was decided.
 */
const AtMs = z.int().min(0);
const Attempt = z.int().min(1);

/** Why an attempt or an execution failed, as recorded. */
export const Failure = z.object({
  code: ErrorCode,
  message: z.string(),
  cause: ErrorCause.optional(),
  issues: z.array(Issue).optional(),
});
export type Failure = z.infer<typeof Failure>;

/** Who closed an execution that had been given up: absent where the attempt itself did. */
export const SettledBy = z.enum(['worker', 'late-worker', 'probe', 'operator']);
export type SettledBy = z.infer<typeof SettledBy>;

const outcome = {
  /** 0 where no attempt was ever made. */
  attempt: z.int().min(0),
  effect: EffectState,
  settledBy: SettledBy.optional(),
  /** Where somebody cancelled or settled it: why, and how they know. */
  reason: z.string().optional(),
  evidence: z.string().optional(),
  atMs: AtMs,
  /** When the idempotency window closes; null = never. Stored, so that a later policy change does not move it. */
  windowEndsAtMs: AtMs.nullable(),
};

const events = {
  ActionRequested: z.object({
    generation: z.int().min(1),
    epoch: z.int().min(1),
    effectKey: z.string(),
    action: z.string(),
    version: z.int().min(1),
    /** As validated, defaults applied: what the handler gets. */
    params: JsonMap,
    /** Keyed digest of the params as they were received. */
    paramsDigest: z.string(),
    key: z.string(),
    keyDerived: z.boolean(),
    requestId: z.string(),
    policy: ActionPolicy,
    metadata: z.record(z.string(), z.string()).optional(),
    /** Where an operator asked for the work to be done again: why. */
    reason: z.string().optional(),
    deadlineAtMs: AtMs,
    atMs: AtMs,
  }),
  ActionStarted: z.object({ attempt: Attempt, executor: z.string(), atMs: AtMs }),
  ActionAttemptFailed: z.object({
    attempt: Attempt,
    error: Failure,
    effect: EffectState,
    nextAttemptAtMs: AtMs,
    atMs: AtMs,
  }),
  ActionOutcomeUnknown: z.object({ attempt: z.int().min(0), error: Failure, atMs: AtMs }),
  ActionSucceeded: z.object({ ...outcome, result: Json }),
  ActionFailed: z.object({ ...outcome, error: Failure }),
  ActionLateOutcome: z.object({
    generation: z.int().min(1),
    attempt: Attempt,
    outcome: z.union([z.object({ result: Json }), z.object({ error: Failure, effect: EffectState })]),
    atMs: AtMs,
  }),
  ActionCancelRequested: z.object({ reason: z.string(), atMs: AtMs }),
  ActionUndoRequested: z.object({
    reason: z.string(),
    /** Of the call that asked for it: sent again, it begins no second undo. */
    requestId: z.string().optional(),
    atMs: AtMs,
  }),
  /** One attempt to undo. Within a generation no number is given twice: a second undo counts on. */
  ActionUndoStarted: z.object({ attempt: Attempt, executor: z.string(), atMs: AtMs }),
  /**
   * An attempt to undo failed, or none is to come any more (`attempt` is then that of the newest, 0 before the first).
   * `nextAttemptAtMs` null: until an undo is asked for anew. `effect`: what it may have taken back.
   */
  ActionUndoFailed: z.object({
    attempt: z.int().min(0),
    error: Failure,
    effect: EffectState,
    nextAttemptAtMs: AtMs.nullable(),
    atMs: AtMs,
  }),
  ActionUndone: z.object({ atMs: AtMs }),
} as const;

export const ACTION_EVENT_SCHEMAS = events;
export type ActionEventType = keyof typeof events;
export type ActionEventData<T extends ActionEventType> = z.infer<(typeof events)[T]>;
export type ActionEvent = {
  [T in ActionEventType]: { readonly type: T; readonly data: ActionEventData<T> };
}[ActionEventType];

/** Event type → last token of its bus subject and of its CloudEvents type. One table, so that neither is typed twice. */
export const ACTION_EVENT_SUBJECT_TOKENS: Record<ActionEventType, string> = {
  ActionRequested: 'requested',
  ActionStarted: 'started',
  ActionAttemptFailed: 'attempt-failed',
  ActionOutcomeUnknown: 'outcome-unknown',
  ActionSucceeded: 'succeeded',
  ActionFailed: 'failed',
  ActionLateOutcome: 'late-outcome',
  ActionCancelRequested: 'cancel-requested',
  ActionUndoRequested: 'undo-requested',
  ActionUndoStarted: 'undo-started',
  ActionUndoFailed: 'undo-failed',
  ActionUndone: 'undone',
};
