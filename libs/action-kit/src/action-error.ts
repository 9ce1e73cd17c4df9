import { type JsonValue, toJson } from './json.js';

/** Symbol.for, because a process may hold several copies of this package: `instanceof` would miss the others' errors. */
const MARK = Symbol.for('do-sdk.action-error');
const CODE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;
const CODE_LENGTH_MAX = 64;

/** Whether something happened in the outside world. */
export type EffectState = 'none' | 'applied' | 'unknown';

export interface ActionErrorOptions {
  /** The author's own code, LIKE_THIS, at most 64 characters. Recorded and shown to the caller. */
  readonly code: string;
  /** What happened, for people. Recorded and shown to the caller: put no secrets into it. */
  readonly message: string;
  /** Whether another attempt may succeed. Default false. */
  readonly retryable?: boolean;
  /** `none`: nothing happened, so every class may try again. Default `unknown`. */
  readonly effect?: EffectState;
  /** JSON. Recorded and shown to the caller. */
  readonly details?: unknown;
  /** For logs only: neither recorded nor shown. */
  readonly cause?: unknown;
}

/** How `run` says that it failed and what that means. Anything else that it throws counts as retryable, effect unknown. */
export class ActionError extends Error {
  override readonly name = 'ActionError';
  readonly code: string;
  readonly retryable: boolean;
  readonly effect: EffectState;
  declare readonly details?: JsonValue;

  /** @throws TypeError the code is not LIKE_THIS, the effect is unknown to us, or the details are not JSON */
  constructor({ code, message, retryable = false, effect = 'unknown', details, cause }: ActionErrorOptions) {
    super(message, cause === undefined ? undefined : { cause });
    if (typeof code !== 'string' || code.length > CODE_LENGTH_MAX || !CODE.test(code))
      throw new TypeError(
        `ActionError code ${JSON.stringify(code)}: write it LIKE_THIS, at most 64 characters`,
      );
    if (effect !== 'none' && effect !== 'applied' && effect !== 'unknown')
      throw new TypeError(
        `ActionError effect ${JSON.stringify(effect)}: write 'none', 'applied' or 'unknown'`,
      );
    this.code = code;
    this.retryable = retryable;
    this.effect = effect;
    if (details !== undefined) this.details = toJson(details, 'details');
    Object.defineProperty(this, MARK, { value: true });
  }
}

/** True for an ActionError of any copy of this package. */
export const isActionError = (value: unknown): value is ActionError =>
  typeof value === 'object' && value !== null && MARK in value;
