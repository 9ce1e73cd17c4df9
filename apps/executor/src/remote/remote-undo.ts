import type { JsonValue } from '@action-do/contracts';
import type { AttemptOutcome } from '@action-do/domain';
import { BusUnreachable, NoResponder, PayloadTooLarge } from '@action-do/messaging';
import type { ActionContext } from '@do-sdk/actions';
import type { Attempt } from '../execution/run-attempt.js';
import { LOST, NO_HANDLER, NOT_SENT, tooLargeForTheBus } from './outcomes.js';
import { readOutcome } from './read-reply.js';
import type { RemotePerformer } from './remote-performer.js';

const ANYTHING = (): [] => [];

/**
 * One attempt of a worker to undo. An undo bears being repeated, so nobody is asked what became of one whose answer was
 * lost: it is made again. It ends with its signal: what comes later is of no use to anybody.
 */
export async function remoteUndo(
  performer: RemotePerformer,
  attempt: Attempt,
  result: JsonValue,
  context: ActionContext,
): Promise<AttemptOutcome | null> {
  const { link, presence, answersAsk, logger } = performer;
  const { signal, executionId } = context;
  try {
    const timeoutMs = attempt.request.policy.attemptTimeoutMs;
    const reply = await link.undo(attempt, result, context, timeoutMs, signal);
    presence.notePresent();
    return performer.heard(readOutcome(reply, ANYTHING));
  } catch (error) {
    if (signal.aborted) return null;
    if (error instanceof NoResponder) {
      // Of a service that is not asked it would tell of its undo alone.
      if (answersAsk) presence.noteAbsent();
      return NO_HANDLER;
    }
    if (error instanceof BusUnreachable) return NOT_SENT;
    if (error instanceof PayloadTooLarge) return tooLargeForTheBus(error.message);
    logger.warn({ err: error, executionId }, 'the answer to an undo was lost');
    return LOST;
  }
}
