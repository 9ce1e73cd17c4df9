import { types } from 'node:util';
import { type ActionError, isActionError } from '../action-error.js';
import { Hiding } from '../hide.js';
import type { JsonValue } from '../json.js';
import type { Performed, PerformFailure } from './performed.js';

const TEXT_LENGTH_MAX = 1_000;
/** The author's details in bytes of JSON: each failed attempt is recorded with its own. */
const DETAILS_BYTES_MAX = 8 * 1024;

type FailedAttempt = Extract<Performed, { ok: false }>;
type ErrorCause = NonNullable<PerformFailure['cause']>;

/**
 * What an attempt that threw came to. Anything may have been thrown, even what throws when it is looked at, or an
 * ActionError that was changed after it was made: only what may stand in the record gets through, and this never
 * throws itself.
 * @param secrets values that it must not repeat, of `secretsOf`
 */
export function describeThrown(error: unknown, secrets: readonly string[] = []): FailedAttempt {
  const hiding = new Hiding(secrets);
  try {
    return isActionError(error) ? ofActionError(error, hiding) : ofAnything(causeOf(error, hiding));
  } catch {
    return ofAnything({ code: 'THROWN', message: 'what was thrown cannot be read' });
  }
}

export const cut = (text: unknown): string => String(text).slice(0, TEXT_LENGTH_MAX);

function ofActionError(
  { code, message, details, effect, retryable }: ActionError,
  hiding: Hiding,
): FailedAttempt {
  // Before it is cut: half of a secret would not be known for one.
  const cause = {
    code: cut(hiding.text(String(code))),
    message: cut(hiding.text(String(message))),
    ...ofDetails(details, hiding),
  };
  return {
    ok: false,
    error: { code: 'ACTION_FAILED', message: cause.message, cause },
    effect: effect === 'none' || effect === 'applied' ? effect : 'unknown',
    retryable: retryable === true,
  };
}

const ofAnything = (cause: ErrorCause): FailedAttempt => ({
  ok: false,
  error: { code: 'ACTION_FAILED', message: cause.message, cause },
  effect: 'unknown',
  retryable: true,
});

function causeOf(error: unknown, hiding: Hiding): ErrorCause {
  // An error of another realm, such as a vm's, is no instance of this one's Error.
  if (error instanceof Error || types.isNativeError(error))
    return { code: cut(hiding.text(String(error.name))), message: cut(hiding.text(error.message)) };
  const message = typeof error === 'string' ? error : `a value of type ${typeof error} was thrown`;
  return { code: 'THROWN', message: cut(hiding.text(message)) };
}

function ofDetails(details: unknown, hiding: Hiding): { details?: JsonValue } {
  if (details === undefined) return {};
  const text = asJson(details);
  if (text === undefined) return { details: 'left out: not JSON' };
  const bytes = Buffer.byteLength(text);
  if (bytes > DETAILS_BYTES_MAX)
    return { details: `left out: ${bytes} bytes, at most ${DETAILS_BYTES_MAX} are kept` };
  const value: JsonValue = JSON.parse(text);
  return { details: hiding.json(value) };
}

function asJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
