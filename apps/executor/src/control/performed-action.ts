import type { Problem, TenantName } from '@action-do/contracts';
import { noHandler, performedByOthers, undefinedHere } from '../execution/describe-refusal.js';
import type { Loaded } from '../execution/execution-log.js';
import type { Presence } from '../execution/performer.js';
import type { ActionLookup } from '../registry/look-up-action.js';
import type { RegisteredAction } from '../registry/registered-action.js';

/** The action of an execution, where somebody performs it now; else why not (row 18): said before anything is recorded. */
export async function performedAction(
  lookup: ActionLookup,
  { tenant, state }: Loaded,
): Promise<{ action: RegisteredAction } | { problem: Problem }> {
  if (state.generation === null) throw new Error('nothing was ever requested of it');
  const { action: name, version } = state.generation.request;
  const action = await lookup.findKnown(tenant, name, version);
  const elsewhere = action?.performer.elsewhere;
  const isThere = elsewhere === undefined || (await elsewhere.isThere());
  return action !== null && isThere
    ? { action }
    : { problem: await nobodyHere(lookup, tenant, name, version, elsewhere) };
}

/** In a fleet whose executors do not all have the same actions another one may do it: then whoever asks asks that at once. */
export async function nobodyHere(
  lookup: ActionLookup,
  tenant: TenantName,
  name: string,
  version: number,
  presence?: Presence,
): Promise<Problem> {
  const state = await lookup.standing(tenant, name);
  if (lookup.areOthers(state, version)) return performedByOthers(name);
  const left = lookup.undefinedSince(state, version);
  return left === null ? noHandler(name, version, presence) : undefinedHere(left);
}
