import type { ActionContract, ActionRegistered, ActionTarget, HttpTarget } from '@action-do/contracts';
import canonicalize from 'canonicalize';
import { contractBreak } from './contract-break.js';
import type { RegistryState } from './registry-fold.js';
import type { Matches } from './schema/schema-document.js';

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
  | { readonly kind: 'too-large'; readonly characters: number };

/**
 * What the contracts of one action may weigh together, retired ones included: whoever has it performed has all of them in
 * mind, for what is under way or repeated names its version. Two thousand contracts of 2 KB.
 */
export const CONTRACTS_CHARACTERS_MAX = 4 * 1024 * 1024;

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
  // What an executor is built of is its operator's own affair, and is there anyway.
  const characters = target === 'in-process' ? 0 : charactersWith(versions, contract);
  return characters > CONTRACTS_CHARACTERS_MAX
    ? { kind: 'too-large', characters }
    : { kind: 'append', registered };
}

/** What all weigh once this contract stands; nothing where it weighs no more than the one in whose place it comes. */
function charactersWith(versions: RegistryState['versions'], contract: ActionContract): number {
  const own = charactersOf(contract);
  const before = versions.get(contract.version)?.registered.contract;
  if (before !== undefined && own <= charactersOf(before)) return 0;
  let characters = own;
  for (const [version, { registered }] of versions)
    if (version !== contract.version) characters += charactersOf(registered.contract);
  return characters;
}

const charactersOf = (contract: ActionContract): number => JSON.stringify(contract).length;

const isSame = (
  standing: ActionRegistered,
  { target, http, answersAsk, digest }: ActionRegistered,
): boolean =>
  standing.digest === digest &&
  standing.target === target &&
  standing.answersAsk === answersAsk &&
  standing.http?.url === http?.url &&
  standing.http?.secretWrapped === http?.secretWrapped;
