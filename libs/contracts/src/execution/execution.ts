import { z } from 'zod';
import { EffectState, ErrorCause, Problem } from '../errors/problem.js';
import { Json, JsonMap } from '../json.js';

export const ExecutionStatus = z.enum([
  'pending',
  'running',
  'retrying',
  'unknown',
  'succeeded',
  'failed',
  'cancelled',
  'undone',
]);
export type ExecutionStatus = z.infer<typeof ExecutionStatus>;

/** ISO 8601, UTC, milliseconds. */
const Time = z.string();

/** One execution as callers see it. 64-bit numbers are strings. */
export const Execution = z
  .object({
    id: z.string(),
    action: z.string(),
    version: z.int(),
    status: ExecutionStatus,
    effect: EffectState,
    generation: z.int(),
    attempts: z.int(),
    idempotencyKey: z.string(),
    keyDerived: z.boolean(),
    /** True where this answer repeats an outcome that was settled before the call. */
    replayed: z.boolean(),
    actor: z.object({ type: z.string(), id: z.string() }),
    requestedAt: Time,
    startedAt: Time.nullable(),
    endedAt: Time.nullable(),
    durationMs: z.int().nullable(),
    nextAttemptAt: Time.nullable(),
    /** `<log id>-<n>` of the newest event of this execution. */
    position: z.string(),
    workflowRun: z.string().nullable(),
    step: z.string().nullable(),
    /** Since when a cancel is wanted that has not taken effect: the attempt under way decides. */
    cancelRequestedAt: Time.optional(),
    /**
     * Only where an undo was asked for and has not succeeded. `waiting` for its (next) attempt, `running`, or `failed`: its
     * attempts are used up, and what was done stands, unless `effect` is in doubt.
     */
    undo: z
      .object({
        status: z.enum(['waiting', 'running', 'failed']),
        /** Attempts of this undo so far, the one under way among them. */
        attempts: z.int(),
        /** What attempts that failed may have taken back. */
        effect: EffectState,
        error: ErrorCause.optional(),
      })
      .optional(),
    /** Only on a failed, cancelled or unknown execution. */
    error: Problem.optional(),
  })
  .meta({ id: 'Execution' });
export type Execution = z.infer<typeof Execution>;

/** One execution in a list: with what it was asked for and what it gave, as stored. */
export const ListedExecution = Execution.extend({
  params: JsonMap,
  /** Only on a succeeded execution. */
  result: Json.optional(),
}).meta({ id: 'ListedExecution' });
export type ListedExecution = z.infer<typeof ListedExecution>;

/** An event as the audit shows it. */
export const AuditEvent = z
  .object({
    eventId: z.string(),
    type: z.string(),
    executionId: z.string(),
    action: z.string(),
    version: z.int(),
    actor: z.object({ type: z.string(), id: z.string() }),
    position: z.string(),
    occurredAt: Time,
    data: JsonMap,
    /** Everything else that was recorded beside it, as flat strings: by which key, from where, which attempt, and why. */
    record: z.record(z.string(), z.string()).optional(),
  })
  .meta({ id: 'AuditEvent' });
export type AuditEvent = z.infer<typeof AuditEvent>;
