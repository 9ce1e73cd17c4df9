import { z } from 'zod';
import { Json } from '../json.js';
import { ERRORS, ErrorCode } from './error-codes.js';

/** Whether something happened in the outside world. */
export const EffectState = z.enum(['none', 'applied', 'unknown']);
export type EffectState = z.infer<typeof EffectState>;

export const Issue = z.object({ path: z.string(), code: z.string(), message: z.string() });
export type Issue = z.infer<typeof Issue>;

/** What the action's author said, in the author's own words and codes. */
export const ErrorCause = z.object({ code: z.string(), message: z.string(), details: Json.optional() });
export type ErrorCause = z.infer<typeof ErrorCause>;

/**
 * The error object: the same as HTTP body, SDK class and CLI output. What happened, where, and what to do next.
 * `status` is the HTTP status, added by the gateway; it is absent on the bus.
 */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int().optional(),
    code: ErrorCode,
    detail: z.string(),
    hint: z.string(),
    source: z.enum(['sdk', 'gateway', 'bus', 'executor', 'action']),
    retryable: z.boolean(),
    retryAfterMs: z.int().optional(),
    newKeySafe: z.boolean().optional(),
    effect: EffectState.optional(),
    executionId: z.string().optional(),
    attempts: z.int().optional(),
    issues: z.array(Issue).optional(),
    cause: ErrorCause.optional(),
    requestId: z.string().optional(),
    docUrl: z.string(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;

type Given = Partial<Omit<Problem, 'code' | 'title' | 'hint' | 'type' | 'docUrl'>>;

/** Builds the error object of a code; what is not given comes from the registry. */
export function problem(code: ErrorCode, given: Given = {}): Problem {
  const { title, hint, retryable } = ERRORS[code];
  return {
    type: `https://action.do/errors/${code}`,
    title,
    code,
    detail: `${title}.`,
    hint,
    source: 'executor',
    retryable,
    ...given,
    docUrl: `https://action.do/errors/${code}`,
  };
}
