import type { ActionContract, ActionRegistered, ActionTarget, HttpTarget } from '@action-do/contracts';
import canonicalize from 'canonicalize';
import { contractBreak } from './contract-break.js';
import type { RegistryState } from './registry-fold.js';
import type { Matches } from './schema/schema-document.js';
import { ACTION_WEIGHT_MAX, weightOf } from './weight.js';

export interface RegisterContract {
  readonly contract: ActionContract;
  readonly target: ActionTarget;
  /** What a person says of the service on the bus; a worker says nothing, and leaves it as it stands. */
  readonly answersAsk?: boolean | undefined;
  /** With target `http`. The same service with the same secret has to be given in the same words as before. */
  readonly http?: HttpTarget | undefined;
  /** Of `contractText(contract)`. */
  readonly digest: string;
  readonly nowMs: number;
  /** Tries patterns, which may take for ever; without it a default that has to match one is refused. */
  readonly matches?: Matches | undefined;
}

export type RegisterDecision =
  | { readonly kind: 'append'; readonly registered: ActionRegistered }
  /** The same stands already: nothing is written. */
  | { readonly kind: 'known' }
  /** It breaks nothing, but the version takes no new work any more, for good: nothing is written. */
  | { readonly kind: 'retired' }
  /** Callers and open executions count on what stands: only a new version may differ in this. */
  | { readonly kind: 'refuse'; readonly path: string }
  /** All versions of the action together would weigh so much. */
  | { readonly kind: 'too-large'; readonly weight: number };

/** What the digest of a contract is taken of: canonical JSON (RFC 8785). */
export function contractText(contract: ActionContract): string {
  const text = canonicalize(contract);
  if (text === undefined) throw new TypeError('the contract did not come from JSON');
  return text;
}

/**
 * The only place where a contract is accepted as that of a version. Whoever performs it, in an executor, on the bus or
 * over HTTP: a version that is known is held to its word. Who performs it may change, and so may what breaks nobody.
 */
export function decideRegister({ versions }: RegistryState, command: RegisterContract): RegisterDecision {
  const { contract, target, http, digest, nowMs } = command;
  const standing = versions.get(contract.version);
  if (standing !== undefined) {
    const path = contractBreak(standing.registered.contract, contract, command.matches);
    if (path !== undefined) return { kind: 'refuse', path };
    if (standing.retired !== null) return { kind: 'retired' };
  }
  // One word for all who perform it: were it each one's own, a worker and a person would take turns for ever.
  const answersAsk = target !== 'bus' || (command.answersAsk ?? standing?.registered.answersAsk ?? true);
  const registered = {
    contract,
    target,
    ...(http === undefined ? {} : { http }),
    ...(answersAsk ? {} : { answersAsk }),
    digest,
    atMs: nowMs,
  };
  if (standing !== undefined && isSame(standing.registered, registered)) return { kind: 'known' };
  // What executors are built of is their operator's own affair, and in memory anyway.
  const weight = target === 'in-process' ? 0 : weightWith(versions, registered);
  return weight > ACTION_WEIGHT_MAX ? { kind: 'too-large', weight } : { kind: 'append', registered };
}

/** What all weigh once this stands; nothing where it weighs no more than what it takes the place of. */
function weightWith(versions: RegistryState['versions'], registered: ActionRegistered): number {
  const { version } = registered.contract;
  const own = weightOf({ registered, retired: null });
  const before = versions.get(version);
  if (before !== undefined && own <= weightOf(before)) return 0;
  let weight = own;
  for (const [other, standing] of versions)
    if (other !== version && standing.registered.target !== 'in-process') weight += weightOf(standing);
  return weight;
}

const isSame = (
  standing: ActionRegistered,
  { target, http, answersAsk, digest }: ActionRegistered,
): boolean =>
  standing.digest === digest &&
  standing.target === target &&
  standing.answersAsk === answersAsk &&
  standing.http?.url === http?.url &&
  standing.http?.secretWrapped === http?.secretWrapped;
