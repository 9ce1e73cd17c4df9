import type { ActionRef, ActionRegistered, ActionRetired } from '@action-do/contracts';

export type RegistryEvent =
  | { readonly type: 'ActionRegistered'; readonly data: ActionRegistered }
  | { readonly type: 'ActionRetired'; readonly data: ActionRetired };

/** What stands of one version: its newest registration, and whether it takes no new work any more. */
export interface StandingVersion {
  readonly registered: ActionRegistered;
  readonly retired: ActionRetired | null;
}

/** The stream of one action's contracts, folded: what stands of each version. */
export interface RegistryState {
  /** -1 for a stream without events. */
  readonly revision: bigint;
  readonly versions: ReadonlyMap<number, StandingVersion>;
}

export const NOTHING_REGISTERED: RegistryState = { revision: -1n, versions: new Map() };

/** The newest registration of a version is its contract, and its retirement is for good. @throws Error no decision wrote this */
export const evolveRegistry = (state: RegistryState, event: RegistryEvent): RegistryState => ({
  revision: state.revision + 1n,
  versions: standingAfter(state, [event]),
});

/** The same of many, at once: what stands after them. @throws Error no decision wrote one of them */
export function standingAfter(
  { versions }: RegistryState,
  events: readonly RegistryEvent[],
): RegistryState['versions'] {
  const standing = new Map(versions);
  for (const event of events) {
    const version = event.type === 'ActionRegistered' ? event.data.contract.version : event.data.version;
    standing.set(version, after(standing.get(version), event));
  }
  return standing;
}

function after(before: StandingVersion | undefined, { type, data }: RegistryEvent): StandingVersion {
  if (before?.retired) throw new Error(`corrupt: ${type} of a version that is retired`);
  if (type === 'ActionRegistered') return { registered: data, retired: null };
  if (before === undefined) throw new Error('corrupt: ActionRetired of a version that nobody registered');
  return { ...before, retired: data };
}

/** The newest version that takes new work; null where there is none. */
export function newestOffered({ versions }: Pick<RegistryState, 'versions'>): number | null {
  const offered = [...versions].filter(([, { retired }]) => retired === null).map(([version]) => version);
  return offered.length === 0 ? null : Math.max(...offered);
}

/** Whether that version takes new work. */
export const isOffered = ({ versions }: RegistryState, { version }: ActionRef): boolean =>
  versions.get(version)?.retired === null;

/**
 * The retired version that a call means: the one it names; where it names none, and none takes new work, the newest. Null
 * where it means none.
 */
export function retiredIn(
  state: RegistryState,
  version: number | undefined,
): { readonly registered: ActionRegistered; readonly retired: ActionRetired } | null {
  const none = version === undefined && newestOffered(state) === null;
  const { registered, retired } =
    state.versions.get(none ? Math.max(...state.versions.keys()) : (version ?? 0)) ?? {};
  return registered && retired ? { registered, retired } : null;
}
