import { z } from 'zod';
import { Effects, IdempotencyPolicy, MS_MAX, RetryPolicy } from '../action/policy.js';
import { ActionName } from '../names.js';
import { ActionVersion, Description, JsonSchema } from './action-contract.js';
import { GivenTarget } from './action-target.js';

/**
 * An action as a person writes it down to register it: `ado actions register action.json`, `POST /v1/actions`. The same
 * names and the same defaults as `defineAction` has; schemas are JSON Schema 2020-12.
 */
export const ActionDocument = z
  .strictObject({
    name: ActionName,
    version: ActionVersion.default(1),
    description: Description.default(''),
    params: JsonSchema,
    result: JsonSchema,
    effects: Effects,
    retry: RetryPolicy.partial().strict().optional(),
    attemptTimeoutMs: z.int().min(1).max(MS_MAX).optional(),
    deadlineMs: z.int().min(1).max(MS_MAX).optional(),
    idempotency: IdempotencyPolicy.partial().strict().optional(),
    /** Whether whoever performs it answers `probe`: required by, and only for, effects 'verifiable'. */
    probe: z.boolean().default(false),
    /** Whether it answers `undo`. */
    undo: z.boolean().default(false),
    target: GivenTarget.default({ kind: 'bus', answersAsk: false }),
  })
  .meta({ id: 'ActionDocument' });
export type ActionDocument = z.infer<typeof ActionDocument>;
