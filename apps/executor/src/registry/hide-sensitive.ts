import type { ActionContract, JsonValue } from '@action-do/contracts';
import type { AttemptOutcome } from '@action-do/domain';
import { marksSensitive, withoutSensitive } from '@do-sdk/actions';
import type { Elsewhere, Performer } from '../execution/performer.js';
import type { Attempt } from '../execution/run-attempt.js';

/**
 * A performer whose failures repeat nothing that the contract marks sensitive. A worker of ours hides it before it
 * answers; a service of another language, or one over HTTP, knows nothing of it.
 */
export function hidingSensitive(performer: Performer, contract: ActionContract): Performer {
  if (!marksSensitive(contract)) return performer;
  const hidden = <O extends AttemptOutcome | null>(
    outcome: O,
    { request }: Attempt,
    result?: JsonValue,
  ): O =>
    outcome === null || outcome.ok
      ? outcome
      : { ...outcome, error: withoutSensitive(outcome.error, contract, request.params, result) };
  const { elsewhere } = performer;
  return {
    run: async (attempt, ...rest) => hidden(await performer.run(attempt, ...rest), attempt),
    probe: (attempt, context) => performer.probe(attempt, context),
    undo: async (attempt, result, context) =>
      hidden(await performer.undo(attempt, result, context), attempt, result),
    ...(elsewhere && { elsewhere: hidingElsewhere(elsewhere, hidden) }),
  };
}

const hidingElsewhere = (
  elsewhere: Elsewhere,
  hidden: (outcome: AttemptOutcome | null, attempt: Attempt) => AttemptOutcome | null,
): Elsewhere => ({
  isThere: () => elsewhere.isThere(),
  ...(elsewhere.whyAbsent && { whyAbsent: elsewhere.whyAbsent.bind(elsewhere) }),
  ...(elsewhere.look && { look: elsewhere.look.bind(elsewhere) }),
  isKnown: (attempt, executorLived) => elsewhere.isKnown(attempt, executorLived),
  overhear: async (attempt) => hidden(await elsewhere.overhear(attempt), attempt),
  adopt: async (attempt, ...rest) => hidden(await elsewhere.adopt(attempt, ...rest), attempt),
  cancel: (attempt) => elsewhere.cancel(attempt),
});
