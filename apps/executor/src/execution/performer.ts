import type { ErrorCause, Handlers, JsonValue } from '@action-do/contracts';
import type { AttemptOutcome, ProbeAnswer } from '@action-do/domain';
import type { StopSignal } from '@action-do/messaging';
import type { ActionContext } from '@do-sdk/actions';
import type { Attempt } from './run-attempt.js';

/** Ends the wait for an attempt, not the attempt: what it comes to in truth may still be told. */
export type GiveUp = (outcome: AttemptOutcome) => void;

/** Whether anybody is known to perform an action now (row 18). */
export interface Presence {
  isThere(): Promise<boolean>;
  /** Why nobody is, where more is known of it than that nobody answers; null where somebody may be there. */
  whyAbsent?(): ErrorCause | null;
}

/** Attempts that are performed by other processes, and go on when this one ends. */
export interface Elsewhere extends Presence {
  /** As a catalogue tells it, without any bearing on calls. Absent where nobody could say without calling. Never rejects. */
  look?(): Promise<Handlers>;
  /**
   * What those processes say of an attempt that another executor began.
   * @param executorLived until when that one may have lived: they had at least as long to come back to the bus
   */
  isKnown(attempt: Attempt, executorLived: 'till-now' | 'a-lease-ago'): Promise<boolean>;
  /** What an attempt comes to after all of which none of them knew, and that was parked; null = nobody will ever say. */
  overhear(attempt: Attempt): Promise<AttemptOutcome | null>;
  /** Waits for such an attempt as `run` does for its own. */
  adopt(
    attempt: Attempt,
    context: ActionContext,
    giveUp: GiveUp,
    stop: StopSignal,
  ): Promise<AttemptOutcome | null>;
  /** Best effort: tells whoever performs the attempt that it is wanted no more. What becomes of it is still waited for. */
  cancel(attempt: Attempt): void;
}

/** Whoever does the work of an action's attempts. None of the methods ever rejects. */
export interface Performer {
  /**
   * Performs one attempt.
   * @param giveUp to be called where nobody is left who could end the attempt
   * @param stop what `context.signal` says, for whoever needs no AbortSignal
   * @returns what it came to; null = nobody will ever say. May never resolve where the code of an author hangs.
   */
  run(
    attempt: Attempt,
    context: ActionContext,
    giveUp: GiveUp,
    stop: StopSignal,
  ): Promise<AttemptOutcome | null>;
  /** Asks the author's probe what became of earlier attempts; trouble while asking is `unknown`. */
  probe(attempt: Attempt, context: ActionContext): Promise<ProbeAnswer>;
  /**
   * Takes back what came to `result`. The attempt is one to undo: its request holds the undo's own key and deadline.
   * @returns what it came to, a success with the result null; null = nobody will ever say
   */
  undo(attempt: Attempt, result: JsonValue, context: ActionContext): Promise<AttemptOutcome | null>;
  /** Absent where this very process performs. */
  readonly elsewhere?: Elsewhere;
}
