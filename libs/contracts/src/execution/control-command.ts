import { z } from 'zod';
import { EffectState } from '../errors/problem.js';
import { Json } from '../json.js';

/** In characters. */
export const REASON_LENGTH_MAX = 500;
export const EVIDENCE_LENGTH_MAX = 2_000;

const target = {
  /** The execution id. */
  id: z.string().min(1).max(128),
  /** Why, for whoever reads the audit later: never empty. */
  reason: z
    .string()
    .max(REASON_LENGTH_MAX)
    .refine((reason) => reason.trim() !== '', 'say why'),
};

/** Body of `execution.cancel`, `.retry` and `.undo`. Unknown members are refused. */
export const ControlBody = z.strictObject(target).meta({ id: 'ControlBody' });
export type ControlBody = z.infer<typeof ControlBody>;

/** What an operator found out: it happened and gave this result, or it failed and left this behind. */
export const ResolvedOutcome = z.union([
  z.strictObject({ result: Json }),
  z.strictObject({
    error: z.strictObject({ message: z.string().min(1).max(2_000), effect: EffectState }),
  }),
]);
export type ResolvedOutcome = z.infer<typeof ResolvedOutcome>;

/** Body of `execution.resolve`: settles an execution of which nobody knew the outcome. */
export const ResolveBody = z
  .strictObject({
    ...target,
    outcome: ResolvedOutcome,
    /** How the operator knows: a link, a number, what the outside system shows. */
    evidence: z.string().max(EVIDENCE_LENGTH_MAX).optional(),
  })
  .meta({ id: 'ResolveBody' });
export type ResolveBody = z.infer<typeof ResolveBody>;
