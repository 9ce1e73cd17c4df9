import { z } from 'zod';
import { ActionPolicy } from '../action/policy.js';
import { JsonMap } from '../json.js';
import { ActionName } from '../names.js';

/** A params or result schema, JSON Schema 2020-12. */
const JsonSchema = JsonMap;

/** What callers and executors need to know of one version of an action; its code stays with whoever performs it. */
export const ActionContract = z.strictObject({
  name: ActionName,
  version: z.int().min(1).max(999_999_999),
  description: z.string().max(2_000),
  policy: ActionPolicy,
  paramsJsonSchema: JsonSchema,
  resultJsonSchema: JsonSchema,
  /** Whether whoever performs it can be asked what became of an attempt (`effects: 'verifiable'`). */
  hasProbe: z.boolean(),
  /** Whether whoever performs it can take it back. Absent where not, so that what was registered before keeps its digest. */
  hasUndo: z.boolean().optional(),
});
export type ActionContract = z.infer<typeof ActionContract>;

/** Where the attempts of a version are performed. */
export const ActionTarget = z.enum(['in-process', 'bus']);
export type ActionTarget = z.infer<typeof ActionTarget>;

/** Body of `do.v1.cmd.<tenant>.registry.register`. */
export const RegisterCommand = z.strictObject({ contract: ActionContract });
export type RegisterCommand = z.infer<typeof RegisterCommand>;

/** Its answer. `registered`: recorded by this call; `known`: the same contract stood already. */
export const RegisterAnswer = z.object({ status: z.enum(['registered', 'known']), digest: z.string() });
export type RegisterAnswer = z.infer<typeof RegisterAnswer>;

/** Event of stream `registry-<tenant>.<action>`: from here on this is the contract of that version. */
export const ActionRegistered = z.object({
  contract: ActionContract,
  target: ActionTarget,
  /** Hex SHA-256 over the contract in JCS: equal digests, equal contracts. */
  digest: z.string(),
  atMs: z.int().min(0),
});
export type ActionRegistered = z.infer<typeof ActionRegistered>;
