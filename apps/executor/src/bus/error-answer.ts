import { type Problem, problem } from '@action-do/contracts';
import { NotCanonical } from '@action-do/domain';
import { AppendUnknown, StoreUnavailable } from '@action-do/event-store';
import { PayloadTooLarge } from '@action-do/messaging';
import type { BusAnswer } from '@action-do/messaging/nest';
import { encodeProblem } from '../execution/encode-answer.js';
import type { Log } from '../ports.js';
import { MessageRefused } from './read-command.js';

/** Turns what a handler threw into an answer: nobody who asked is left without one, and nothing inside is told. */
export const errorAnswer =
  (log: Log) =>
  (error: unknown): BusAnswer => {
    if (error instanceof MessageRefused) return encodeProblem(error.problem, 'rejected', {});
    return encodeProblem(trouble(error, log), 'rejected', {});
  };

function trouble(error: unknown, log: Log): Problem {
  // Only where a gateway let through what the scanner refuses.
  if (error instanceof NotCanonical)
    return problem('BODY_INVALID', { detail: 'The params hold a value that JSON has no one form for.' });
  if (error instanceof AppendUnknown)
    return problem('UNAVAILABLE', {
      detail:
        'The event log did not answer: the request may have been recorded. A repeat of it, with the same key or Do-Request-Id, finds out.',
      retryAfterMs: 1_000,
      effect: 'unknown',
    });
  if (error instanceof StoreUnavailable)
    return problem('UNAVAILABLE', {
      detail: 'The event log is out of reach; this call recorded nothing.',
      retryAfterMs: 1_000,
    });
  // Whatever was done is done, and a repeat would be answered no better.
  if (error instanceof PayloadTooLarge)
    return problem('PAYLOAD_TOO_LARGE', {
      detail: 'The answer is larger than the bus carries.',
      effect: 'unknown',
    });
  log.error({ err: error }, 'a command ended in an error of ours');
  // It may have come behind an append.
  return problem('INTERNAL', { effect: 'unknown' });
}
