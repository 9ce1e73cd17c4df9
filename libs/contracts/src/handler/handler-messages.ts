import { z } from 'zod';
import { EffectState } from '../errors/problem.js';
import { Failure } from '../execution/action-events.js';
import { Json, JsonMap } from '../json.js';

/**
 * What executor and worker say to each other about one attempt. The request's body is the params, the answer's body is
 * the result: plain JSON, so that any service can answer. Headers to the worker: Do-Execution-Id, Idempotency-Key (the
 * effect key), Do-Attempt, Do-Timeout-Ms (left of the attempt). An answer with Nats-Service-Error-Code is a failure.
 */

/**
 * Body of an `undo`: what was asked for, and what came of it. The same headers; the key is `undo:<execution id>`, and
 * attempts are counted anew. Any answer without Nats-Service-Error-Code says that it is undone.
 */
export const HandlerUndo = z.object({ params: JsonMap, result: Json });
export type HandlerUndo = z.infer<typeof HandlerUndo>;

/**
 * Body of an answer that is a failure; every member but `error` with code and message may be missing. A code that is none of
 * ours is the service's own: it is recorded, with `details`, as the cause of ACTION_FAILED.
 */
export const HandlerFailure = z.object({
  error: Failure.extend({ code: z.string(), details: Json.optional() }),
  /** What happened in the outside world; default unknown. */
  effect: EffectState.default('unknown'),
  retryable: z.boolean().default(true),
});
export type HandlerFailure = z.infer<typeof HandlerFailure>;

/** Body of an `ask`: without an execution, whether anybody is there at all. */
export const HandlerQuestion = z.object({
  executionId: z.string().max(128).optional(),
  attempt: z.int().min(1).optional(),
});
export type HandlerQuestion = z.infer<typeof HandlerQuestion>;

/** What a worker that knows says of an attempt. One that does not know keeps silent. */
export const HandlerReport = z.discriminatedUnion('state', [
  z.object({ state: z.literal('here') }),
  z.object({ state: z.literal('running') }),
  z.object({ state: z.literal('succeeded'), result: Json }),
  z.object({ state: z.literal('failed'), failure: HandlerFailure }),
]);
export type HandlerReport = z.infer<typeof HandlerReport>;

/** Body of a probe's answer. */
export const HandlerProbeAnswer = z.discriminatedUnion('state', [
  z.object({ state: z.literal('applied'), result: Json }),
  z.object({ state: z.literal('not-applied') }),
  z.object({ state: z.literal('unknown') }),
]);
export type HandlerProbeAnswer = z.infer<typeof HandlerProbeAnswer>;

/** Body of a heartbeat. */
export const HandlerHeartbeat = z.object({ attempt: z.int().min(1) });
export type HandlerHeartbeat = z.infer<typeof HandlerHeartbeat>;

/** Body of an `abort`: of one attempt, or, where it names none, of all of that execution. */
export const HandlerAbort = z.object({
  attempt: z.int().min(1).optional(),
  /** Somebody cancelled it, and what it comes to is waited for all the same. Default: it was given up. */
  cancelled: z.boolean().optional(),
});
export type HandlerAbort = z.infer<typeof HandlerAbort>;
