import { ERRORS, type ErrorCode, type Failure, type HandlerFailure, HEADERS } from '@action-do/contracts';
import { type BusHeaders, type BusMessage, PayloadTooLarge } from '@action-do/messaging';
import type { EffectState } from '../action-error.js';
import type { PerformedText } from '../perform/performed.js';

/** Workers of ours fail with a code of the platform; the author's own is its cause. */
type OwnFailure = HandlerFailure & { readonly error: Failure };

/**
 * What became of an attempt, as JSON: the answer, and what is told to whoever asks later. Text and not bytes, for it is
 * remembered, and memory of its own for each would keep the garbage collector busier than the attempts.
 */
export type Outcome =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly text: string; readonly failure: OwnFailure };

const MESSAGE_LENGTH_MIN = 200;
const NO_HEADERS: BusHeaders = {};

/** For a message that is sent at once: out of Buffer's pool. */
export const encodeJson = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

export const outcomeOf = (performed: PerformedText): Outcome => {
  if (performed.ok) return performed;
  const { error, effect, retryable } = performed;
  return failureOf({ error, effect, retryable });
};

export const failed = (
  code: ErrorCode,
  message: string,
  effect: EffectState,
  retryable: boolean,
  cause?: { code: string; message: string },
): Outcome => failureOf({ error: { code, message, ...(cause && { cause }) }, effect, retryable });

/**
 * Answers, and says what was answered in truth: something smaller where the bus does not carry the outcome.
 * @throws BusClosed nobody can be answered any more
 */
export function answerWith(message: BusMessage, outcome: Outcome): Outcome {
  try {
    message.respond(Buffer.from(outcome.text), headersOf(outcome));
    return outcome;
  } catch (error) {
    if (!(error instanceof PayloadTooLarge)) throw error;
    const smaller = smallerOf(outcome, error);
    message.respond(Buffer.from(smaller.text), headersOf(smaller));
    return smaller;
  }
}

/** Body of the answer to an `ask`. */
export const reportOf = ({ ok, text }: Outcome): Uint8Array =>
  Buffer.from(ok ? `{"state":"succeeded","result":${text}}` : `{"state":"failed","failure":${text}}`);

/** What takes its place where the bus does not carry it. An outcome without room for even that is not answered. */
export function smallerOf(outcome: Outcome, { message }: PayloadTooLarge): Outcome {
  if (outcome.ok) return failed('RESULT_TOO_LARGE', `the result was not sent: ${message}`, 'applied', false);
  const { error, effect, retryable } = outcome.failure;
  return failed(error.code, error.message.slice(0, MESSAGE_LENGTH_MIN), effect, retryable);
}

const failureOf = (failure: OwnFailure): Outcome => ({
  ok: false,
  failure,
  text: JSON.stringify(failure),
});

function headersOf(outcome: Outcome): BusHeaders {
  if (outcome.ok) return NO_HEADERS;
  const { code } = outcome.failure.error;
  return { [HEADERS.errorCode]: code, [HEADERS.errorTitle]: ERRORS[code].title };
}
