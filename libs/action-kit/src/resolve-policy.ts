import type { ActionPolicy, Effects, IdempotencyPolicy, PolicyOptions, RetryPolicy } from './policy.js';

const EFFECTS: Readonly<Record<Effects, string>> = {
  none: 'only reads',
  idempotent: 'repeating it is harmless, or ctx.idempotencyKey is passed on',
  transactional: 'effect and key are written in one transaction',
  verifiable: 'a probe can tell whether it happened',
  unsafe: 'a repeat may do it twice',
};
const MS_MAX = 31 * 24 * 3_600_000;
const WINDOW_MS_MAX = 100 * 365 * 24 * 3_600_000;

/** Ends the definition with what is wrong and what to write instead. */
export type Refuse = (complaint: string) => never;

/** `PolicyOptions`, where what was left out may also be there as undefined: what a document is parsed into. */
export type PolicyGiven = OrUndefined<Omit<PolicyOptions, 'effects' | 'retry' | 'idempotency'>> & {
  readonly effects: Effects;
  readonly retry?: OrUndefined<Partial<RetryPolicy>> | undefined;
  readonly idempotency?: OrUndefined<Partial<IdempotencyPolicy>> | undefined;
};
type OrUndefined<T> = { readonly [K in keyof T]: T[K] | undefined };

/** Checks what the author wrote and fills in the defaults. @param refuse ends it with what is wrong */
export function resolvePolicy(options: PolicyGiven, refuse: Refuse): ActionPolicy {
  const { effects } = options;
  if (typeof effects !== 'string' || !Object.hasOwn(EFFECTS, effects)) refuse(effectsWanted(effects));
  const number = (path: string, given: number | undefined, otherwise: number, bounds: Bounds): number =>
    given === undefined ? otherwise : checkNumber(path, given, bounds, refuse);
  const choice = <T>(path: string, given: T | undefined, otherwise: T, allowed: readonly T[]): T =>
    given === undefined || allowed.includes(given)
      ? (given ?? otherwise)
      : refuse(`${path} is ${show(given)}: write ${allowed.map(show).join(' or ')}`);
  const { retry = {}, idempotency = {} } = options;
  onlyKnown('retry', retry, ['attemptsMax', 'initialDelayMs', 'delayMsMax', 'factor'], refuse);
  onlyKnown('idempotency', idempotency, ['mode', 'windowMs', 'perVersion', 'reopen'], refuse);
  return {
    effects,
    retry: {
      attemptsMax: number('retry.attemptsMax', retry.attemptsMax, effects === 'unsafe' ? 1 : 5, [1, 100]),
      initialDelayMs: number('retry.initialDelayMs', retry.initialDelayMs, 200, [0, MS_MAX]),
      delayMsMax: number('retry.delayMsMax', retry.delayMsMax, 30_000, [0, MS_MAX]),
      factor: number('retry.factor', retry.factor, 2, [1, 10, 'any']),
    },
    attemptTimeoutMs: number('attemptTimeoutMs', options.attemptTimeoutMs, 10_000, [1, MS_MAX]),
    deadlineMs: number('deadlineMs', options.deadlineMs, 300_000, [1, MS_MAX]),
    idempotency: {
      mode: choice('idempotency.mode', idempotency.mode, effects === 'none' ? 'none' : 'params', [
        'params',
        'key-required',
        'none',
      ]),
      windowMs:
        idempotency.windowMs === undefined || idempotency.windowMs === 'forever'
          ? 'forever'
          : checkNumber('idempotency.windowMs', idempotency.windowMs, [1, WINDOW_MS_MAX], refuse),
      perVersion: choice('idempotency.perVersion', idempotency.perVersion, false, [false, true]),
      reopen: choice('idempotency.reopen', idempotency.reopen, 'when-safe', ['when-safe', 'never']),
    },
  };
}

/** What is legal but rarely meant. */
export function policyWarnings({ effects, retry }: ActionPolicy): string[] {
  if (effects !== 'unsafe' || retry.attemptsMax === 1) return [];
  return [
    `retry.attemptsMax is ${retry.attemptsMax} although effects are 'unsafe': only an ActionError with effect 'none' is retried`,
  ];
}

/** A misspelt option would silently mean its default. */
export function onlyKnown(path: string, given: unknown, known: readonly string[], refuse: Refuse): void {
  if (typeof given !== 'object' || given === null) refuse(`${path} is ${show(given)}: write an object`);
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined)
    refuse(`${path} has an unknown option '${unknown}': known are ${known.join(', ')}`);
}

type Bounds = readonly [min: number, max: number, kind?: 'any'];

/** @returns the number, where it is one within the bounds */
export function checkNumber(path: string, given: number, [min, max, kind]: Bounds, refuse: Refuse): number {
  const right =
    typeof given === 'number' && (kind === 'any' ? Number.isFinite(given) : Number.isInteger(given));
  if (right && given >= min && given <= max) return given;
  return refuse(
    `${path} is ${show(given)}: write ${kind === 'any' ? 'a number' : 'a whole number'} from ${min} to ${max}`,
  );
}

function effectsWanted(given: unknown): string {
  const choices = Object.entries(EFFECTS).map(([name, meaning]) => `'${name}' (${meaning})`);
  const what = given === undefined ? 'effects is missing and has no default' : `effects is ${show(given)}`;
  return `${what}: write one of ${choices.join(', ')}`;
}

export const show = (value: unknown): string => (typeof value === 'string' ? `'${value}'` : String(value));
