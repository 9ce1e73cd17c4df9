import { z } from 'zod';
import { ActionName } from '../names.js';
import { ActionContract, ActionVersion } from './action-contract.js';
import { ActionTarget, HttpTarget } from './action-target.js';

/** One version of one action. */
export const ActionRef = z.strictObject({ name: ActionName, version: ActionVersion });
export type ActionRef = z.infer<typeof ActionRef>;

/** As people write it: send-invoice@2. */
export const refText = ({ name, version }: { readonly name: string; readonly version: number }): string =>
  `${name}@${version}`;

/** Event of stream `registry-<tenant>.<action>`: from here on this is the contract of that version. */
export const ActionRegistered = z.object({
  contract: ActionContract,
  target: ActionTarget,
  /** Only, and always, with target `http`. */
  http: HttpTarget.optional(),
  /**
   * False, and only with target `bus`: whoever performs it need not answer `ask`, so from nobody's answering nothing follows.
   * Absent where a worker of ours registered it.
   */
  answersAsk: z.boolean().optional(),
  /** Hex SHA-256 over the contract in JCS: equal digests, equal contracts. */
  digest: z.string(),
  atMs: z.int().min(0),
});
export type ActionRegistered = z.infer<typeof ActionRegistered>;

/** Event of the same stream: no new work for this version from here on; what is under way ends on it. For good. */
export const ActionRetired = z.object({
  name: ActionName,
  version: ActionVersion,
  /** What to call instead; null where there is nothing. */
  successor: ActionRef.nullable(),
  reason: z.string(),
  atMs: z.int().min(0),
});
export type ActionRetired = z.infer<typeof ActionRetired>;
