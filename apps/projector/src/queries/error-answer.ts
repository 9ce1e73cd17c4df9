import { HEADERS, type Problem, problem } from '@action-do/contracts';
import { StoreUnavailable } from '@action-do/event-store';
import { type BusHeaders, PayloadTooLarge } from '@action-do/messaging';
import { CursorInvalid, ForeignViews, ViewsDamaged, ViewsTooOld, ViewsUnavailable } from '@action-do/views';
import type { Log } from '../ports.js';
import { MessageRefused, unavailable } from './message-refused.js';

const encoder = new TextEncoder();

export interface EncodedProblem {
  readonly payload: Uint8Array;
  readonly headers: BusHeaders;
}

/** The body is the error object, the headers carry what decides the status. */
export function encodeProblem(given: Problem): EncodedProblem {
  return {
    payload: encoder.encode(JSON.stringify(given)),
    headers: {
      [HEADERS.shouldRetry]: String(given.retryable),
      [HEADERS.errorCode]: given.code,
      [HEADERS.errorTitle]: given.title,
      ...(given.retryAfterMs === undefined ? {} : { [HEADERS.retryAfterMs]: String(given.retryAfterMs) }),
    },
  };
}

/** Turns what a handler threw into an answer: nobody who asked is left without one, and nothing inside is told. */
export const errorAnswer =
  (logger: Log) =>
  (error: unknown): EncodedProblem =>
    encodeProblem(meaningOf(error, logger));

function meaningOf(error: unknown, logger: Log): Problem {
  if (error instanceof MessageRefused) return error.problem;
  if (error instanceof CursorInvalid)
    return problem('REQUEST_INVALID', { detail: `cursor: ${error.message}.` });
  if (error instanceof PayloadTooLarge)
    return problem('PAYLOAD_TOO_LARGE', {
      detail: 'One item of the list is larger than the bus carries: ask for it by its execution id.',
    });
  if (error instanceof StoreUnavailable) return unavailable('The event log is out of reach.').problem;
  if (error instanceof ViewsUnavailable || error instanceof ViewsTooOld) {
    logger.warn({ err: error }, 'a list could not be read');
    return unavailable('The views are out of reach or being built.').problem;
  }
  if (error instanceof ForeignViews || error instanceof ViewsDamaged) {
    logger.error({ err: error }, 'the views cannot be used');
    return unavailable('The views have to be built anew from the log.').problem;
  }
  logger.error({ err: error }, 'a question ended in an error of ours');
  return problem('INTERNAL', { effect: 'none' });
}
