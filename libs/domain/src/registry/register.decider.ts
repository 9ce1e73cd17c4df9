import type { ActionContract, ActionRegistered, ActionTarget } from '@action-do/contracts';
import canonicalize from 'canonicalize';
import { differingPaths } from '../idempotency/execution-scope.js';

/** The stream of one action's contracts, folded: what stands of each version. */
export interface RegistryState {
  /** -1 for a stream without events. */
  readonly revision: bigint;
  readonly versions: ReadonlyMap<number, ActionRegistered>;
}

export const NOTHING_REGISTERED: RegistryState = { revision: -1n, versions: new Map() };

export interface RegisterContract {
  readonly contract: ActionContract;
  readonly target: ActionTarget;
  /** What a person says of the service on the bus; a worker says nothing, and leaves it as it stands. */
  readonly answersAsk?: boolean | undefined;
  /** Of `contractText(contract)`. */
  readonly digest: string;
  readonly nowMs: number;
}

export type RegisterDecision =
  | { readonly kind: 'append'; readonly registered: ActionRegistered }
  /** The same stands already: nothing is written. */
  | { readonly kind: 'known' }
  /** Callers and open executions count on what stands: only a new version may differ in this. */
  | { readonly kind: 'refuse'; readonly path: string };

/** What the digest of a contract is taken of: canonical JSON (RFC 8785). */
export function contractText(contract: ActionContract): string {
  const text = canonicalize(contract);
  if (text === undefined) throw new TypeError('the contract did not come from JSON');
  return text;
}

/**
 * The only place where a contract is accepted as that of a version. What is performed in-process is there whatever the
 * log says, so the log takes note of it; from whoever performs on the bus, a version that is known is held to its word.
 */
export function decideRegister({ versions }: RegistryState, command: RegisterContract): RegisterDecision {
  const { contract, target, digest, nowMs } = command;
  const standing = versions.get(contract.version);
  const answersAsk = command.answersAsk ?? standing?.answersAsk ?? true;
  const isSame = standing?.digest === digest && standing.target === target;
  // One word for all who perform it: were it each one's own, a worker and a person would take turns for ever.
  if (isSame && (target !== 'bus' || answersAsk === (standing.answersAsk ?? true))) return { kind: 'known' };
  const path = target === 'bus' && standing ? firstBreak(standing.contract, contract) : undefined;
  if (path !== undefined) return { kind: 'refuse', path };
  const silent = target === 'bus' && !answersAsk ? { answersAsk } : {};
  return { kind: 'append', registered: { contract, target, ...silent, digest, atMs: nowMs } };
}

/** The newest registration of a version is its contract. */
export function evolveRegistry(
  { revision, versions }: RegistryState,
  registered: ActionRegistered,
): RegistryState {
  return {
    revision: revision + 1n,
    versions: new Map(versions).set(registered.contract.version, registered),
  };
}

/** Where a contract breaks what stands of its version; a description, a retry or a timeout may change. */
function firstBreak(standing: ActionContract, given: ActionContract): string | undefined {
  if (standing.policy.effects !== given.policy.effects) return 'policy.effects';
  const [params] = differingPaths(standing.paramsJsonSchema, given.paramsJsonSchema, 1, 'paramsJsonSchema');
  if (params !== undefined) return params;
  return differingPaths(standing.resultJsonSchema, given.resultJsonSchema, 1, 'resultJsonSchema')[0];
}
