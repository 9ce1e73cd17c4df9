import type { ActionContract, JsonValue } from '@action-do/contracts';
import type { AttemptOutcome } from '@action-do/domain';
import { marksSensitive, withoutSensitive } from '@do-sdk/actions';
import type { Elsewhere, Performer } from '../execution/performer.js';
import type { Attempt } from '../execution/run-attempt.js';
import { keptOutcome } from '../remote/kept-failure.js';

/**
 * A performer whose failures say no more than the record takes, and repeat nothing that the contract marks sensitive. A
 * worker of ours sees to both before it answers; a service of another language, or one over HTTP, knows nothing of it.
 */
export function keepingFailures(performer: Performer, contract: ActionContract): Performer {
  const isMarked = marksSensitive(contract);
  const kept = <O extends AttemptOutcome | null>(outcome: O, { request }: Attempt, result?: JsonValue): O =>
    keptOutcome(
      outcome,
      isMarked ? (error) => withoutSensitive(error, contract, request.params, result) : null,
    );
  const { elsewhere } = performer;
  return {
    run: async (attempt, ...rest) => kept(await performer.run(attempt, ...rest), attempt),
    probe: (attempt, context) => performer.probe(attempt, context),
    undo: async (attempt, result, context) =>
      kept(await performer.undo(attempt, result, context), attempt, result),
    ...(elsewhere && { elsewhere: keepingElsewhere(elsewhere, kept) }),
  };
}

const keepingElsewhere = (
  elsewhere: Elsewhere,
  kept: (outcome: AttemptOutcome | null, attempt: Attempt) => AttemptOutcome | null,
): Elsewhere => ({
  isThere: () => elsewhere.isThere(),
  ...(elsewhere.whyAbsent && { whyAbsent: elsewhere.whyAbsent.bind(elsewhere) }),
  ...(elsewhere.look && { look: elsewhere.look.bind(elsewhere) }),
  isKnown: (attempt, executorLived) => elsewhere.isKnown(attempt, executorLived),
  overhear: async (attempt) => kept(await elsewhere.overhear(attempt), attempt),
  adopt: async (attempt, ...rest) => kept(await elsewhere.adopt(attempt, ...rest), attempt),
  cancel: (attempt) => elsewhere.cancel(attempt),
});
