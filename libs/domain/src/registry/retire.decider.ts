import type { ActionRef, ActionRetired } from '@action-do/contracts';
import { isOffered, newestOffered, type RegistryState } from './registry-fold.js';

export interface RetireAction extends ActionRef {
  /** What to call instead. Default: the newest version of the same action that is left. */
  readonly successor?: ActionRef | undefined;
  readonly reason: string;
  readonly nowMs: number;
}

export type RetireDecision =
  | { readonly kind: 'append'; readonly retired: ActionRetired }
  /** It is retired already, with what was said then: nothing is written. */
  | { readonly kind: 'known'; readonly retired: ActionRetired }
  | {
      readonly kind: 'refuse';
      readonly why: 'unknown' | 'successor-itself' | 'successor-unknown' | 'successor-retired';
    };

/**
 * The only place where a version is retired. For good: what a caller was told with 410 stays true.
 * @param successors what stands of the action that the successor is a version of; by default of the same
 */
export function decideRetire(
  state: RegistryState,
  command: RetireAction,
  successors: RegistryState = state,
): RetireDecision {
  const { name, version, reason, nowMs } = command;
  const standing = state.versions.get(version);
  if (standing === undefined) return { kind: 'refuse', why: 'unknown' };
  if (standing.retired !== null) return { kind: 'known', retired: standing.retired };
  const named = command.successor;
  if (named?.name === name && named.version === version) return { kind: 'refuse', why: 'successor-itself' };
  if (named !== undefined && !isOffered(successors, named))
    return {
      kind: 'refuse',
      why: successors.versions.has(named.version) ? 'successor-retired' : 'successor-unknown',
    };
  const successor = named ?? newestBeside(state, command);
  return { kind: 'append', retired: { name, version, successor, reason, atMs: nowMs } };
}

function newestBeside({ versions }: RegistryState, { name, version }: ActionRef): ActionRef | null {
  const left = new Map([...versions].filter(([each]) => each !== version));
  const newest = newestOffered({ versions: left });
  return newest === null ? null : { name, version: newest };
}
