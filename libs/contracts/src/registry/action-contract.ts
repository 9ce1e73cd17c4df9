import { z } from 'zod';
import { ActionPolicy } from '../action/policy.js';
import { JsonMap } from '../json.js';
import { ActionName } from '../names.js';

/** A params or result schema, JSON Schema 2020-12. */
export const JsonSchema = JsonMap;

export const ActionVersion = z.int().min(1).max(999_999_999);
export const Description = z.string().max(2_000);

/** What callers and executors need to know of one version of an action; its code stays with whoever performs it. */
export const ActionContract = z.strictObject({
  name: ActionName,
  version: ActionVersion,
  description: Description,
  policy: ActionPolicy,
  paramsJsonSchema: JsonSchema,
  resultJsonSchema: JsonSchema,
  /** Whether whoever performs it can be asked what became of an attempt (`effects: 'verifiable'`). */
  hasProbe: z.boolean(),
  /** Whether whoever performs it can take it back. Absent where not, so that what was registered before keeps its digest. */
  hasUndo: z.boolean().optional(),
});
export type ActionContract = z.infer<typeof ActionContract>;
