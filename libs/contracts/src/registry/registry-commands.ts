import { z } from 'zod';
import { ActionContract } from './action-contract.js';
import { ActionDocument } from './action-document.js';
import { ActionRef } from './registry-events.js';

/** Body of `registry.register` from a worker: what it serves. */
export const RegisterContract = z.strictObject({ contract: ActionContract });
export type RegisterContract = z.infer<typeof RegisterContract>;

/** Body of `registry.register`: the contract that a worker serves, or what a person wrote down. */
export const RegisterCommand = z.union([RegisterContract, z.strictObject({ document: ActionDocument })]);
export type RegisterCommand = z.infer<typeof RegisterCommand>;

/**
 * Its answer. `registered`: recorded by this call; `known`: the same contract stood already; `retired`: so it did, and the
 * version takes no new work any more: whoever performs it is still wanted for what is under way.
 */
export const RegisterAnswer = z.object({
  status: z.enum(['registered', 'known', 'retired']),
  digest: z.string(),
  /** `<log id>-<n>` of the event, where one was written. */
  position: z.string().optional(),
});
export type RegisterAnswer = z.infer<typeof RegisterAnswer>;

/** Body of `registry.retire`. */
export const RetireCommand = z.strictObject({
  ...ActionRef.shape,
  /** What to call instead. Default: the newest version of the same action that is left. */
  successor: ActionRef.optional(),
  reason: z.string().trim().min(1).max(1_000),
});
export type RetireCommand = z.infer<typeof RetireCommand>;

/** Its answer. `known`: it was retired already; then the successor is the one named at that time. */
export const RetireAnswer = z.object({
  status: z.enum(['retired', 'known']),
  successor: ActionRef.nullable(),
  position: z.string().optional(),
});
export type RetireAnswer = z.infer<typeof RetireAnswer>;
