import { ActionContract, type ActionTarget, type JsonObject } from '@action-do/contracts';
import {
  contractText,
  decideRegister,
  type RegisterContract,
  type RegisterDecision,
} from './register.decider.js';
import { evolveRegistry, NOTHING_REGISTERED, type RegistryState } from './registry-fold.js';
import { decideRetire, type RetireAction, type RetireDecision } from './retire.decider.js';

export interface Given {
  readonly version?: number;
  readonly description?: string;
  readonly effects?: string;
  readonly attemptTimeoutMs?: number;
  readonly params?: JsonObject;
  readonly result?: JsonObject;
}

/** A contract of `pay`. */
export const contract = ({
  version = 1,
  description = '',
  effects = 'unsafe',
  attemptTimeoutMs = 1_000,
  params = { type: 'object', properties: { id: { type: 'string' } } },
  result = { type: 'string' },
}: Given = {}): ActionContract =>
  ActionContract.parse({
    name: 'pay',
    version,
    description,
    policy: {
      effects,
      retry: { attemptsMax: 1, initialDelayMs: 1, delayMsMax: 1, factor: 1 },
      attemptTimeoutMs,
      deadlineMs: 9_000,
      idempotency: { mode: 'params', windowMs: 'forever', perVersion: false, reopen: 'when-safe' },
    },
    paramsJsonSchema: params,
    resultJsonSchema: result,
    hasProbe: false,
  });

/** The text stands for its digest: equal texts, equal digests. */
export const register = (
  state: RegistryState,
  given: ActionContract,
  target: ActionTarget = 'bus',
  secretWrapped?: string,
  matches?: RegisterContract['matches'],
): RegisterDecision => {
  const http = secretWrapped === undefined ? undefined : { url: 'https://a.example', secretWrapped };
  const digest = contractText(given);
  return decideRegister(state, { contract: given, target, http, digest, nowMs: 5, matches });
};

export const retire = (
  state: RegistryState,
  version: number,
  successor?: RetireAction['successor'],
  successors?: RegistryState,
): RetireDecision => {
  const { name } = contract();
  return decideRetire(state, { name, version, successor, reason: 'old', nowMs: 7 }, successors);
};

/** What stands once a decision was carried out. */
export function carriedOut(state: RegistryState, decision: RegisterDecision | RetireDecision): RegistryState {
  if (decision.kind !== 'append') return state;
  return 'registered' in decision
    ? evolveRegistry(state, { type: 'ActionRegistered', data: decision.registered })
    : evolveRegistry(state, { type: 'ActionRetired', data: decision.retired });
}

/** What stands after these were registered; a number is a version that was retired. */
export const standing = (...given: (ActionContract | number)[]): RegistryState =>
  given.reduce<RegistryState>(
    (state, one) => carriedOut(state, typeof one === 'number' ? retire(state, one) : register(state, one)),
    NOTHING_REGISTERED,
  );
