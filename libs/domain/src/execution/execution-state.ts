import type { ActionEventData, EffectState, Failure, JsonValue, SettledBy } from '@action-do/contracts';

/**
 * One key's stream, folded. The stream holds every generation of the key one after the other; the state is the
 * newest, since only that one decides.
 *
 *   pending ──► running ──► succeeded | failed | cancelled ──(undo)──► undone
 *      ▲           │  ▲
 *      │           ▼  │
 *   (claimed)   retrying      running ──► unknown ──► succeeded | failed
 */
export interface ExecutionState {
  /** Events folded so far minus one: the revision to expect at the next append; -1 for a stream without events. */
  readonly revision: bigint;
  readonly generation: Generation | null;
}

export type GenerationStatus =
  | 'pending'
  | 'running'
  | 'retrying'
  | 'unknown'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'undone';

export interface Generation {
  readonly request: ActionEventData<'ActionRequested'>;
  readonly status: GenerationStatus;
  /** Number of the newest ActionStarted; 0 before the first. Within a generation no number is given twice. */
  readonly attempt: number;
  /** How many of the attempts nobody took: they do not count towards the policy's `attemptsMax`. */
  readonly neverBegun: number;
  readonly executor: string | null;
  readonly firstStartedAtMs: number | null;
  readonly attemptStartedAtMs: number | null;
  readonly nextAttemptAtMs: number | null;
  /** When it was parked; null unless it is unknown. */
  readonly unknownSinceMs: number | null;
  /**
   * The worst that is known of any attempt that ended: what may have happened outside so far under this effect key.
   * Begins with what an earlier generation of the same effect key left behind.
   */
  readonly effect: EffectState;
  /** The same without the newest attempt: what a late word about that one is added to. */
  readonly effectBefore: EffectState;
  readonly outcome: Outcome | null;
  /** Why the last attempt failed, or why the outcome is unknown. */
  readonly lastError: Failure | null;
  readonly cancelRequestedAtMs: number | null;
  /** Null before an undo was asked for. */
  readonly undo: Undo | null;
}

/**
 * What became of the newest undo that was asked for.
 *
 *   waiting ──► running ──► done
 *      ▲           │
 *      └───────────┴──► failed ──(ended after all)──► done
 */
export interface Undo {
  readonly status: 'waiting' | 'running' | 'failed' | 'done';
  readonly requestedAtMs: number;
  /** Of the call that asked for it. */
  readonly requestId: string | null;
  /** Number of the newest ActionUndoStarted of the generation; 0 before the first. No number is given twice. */
  readonly attempt: number;
  /** The same as it was when this undo was asked for. */
  readonly attemptBefore: number;
  /** How many of its attempts nobody took: they do not count towards those that it has. */
  readonly neverBegun: number;
  /** Who began the newest attempt. */
  readonly executor: string | null;
  readonly attemptStartedAtMs: number | null;
  /** Only where it is waiting: when its next attempt is due. */
  readonly nextAttemptAtMs: number | null;
  /** The worst that is known of any attempt to undo the generation: what may have been taken back, although it failed. */
  readonly effect: EffectState;
  readonly lastError: Failure | null;
}

export type Outcome = {
  readonly atMs: number;
  readonly effect: EffectState;
  readonly settledBy: SettledBy | undefined;
  /** How an operator knew. */
  readonly evidence: string | undefined;
  /** null = answers its repeats for ever. */
  readonly windowEndsAtMs: number | null;
} & ({ readonly ok: true; readonly result: JsonValue } | { readonly ok: false; readonly error: Failure });

export const ABSENT: ExecutionState = { revision: -1n, generation: null };

/** An attempt may still be made or is being made. */
export const isOpen = (generation: Generation): boolean =>
  generation.status === 'pending' || generation.status === 'running' || generation.status === 'retrying';

/** One of ActionSucceeded | ActionFailed is there: nothing but an undo changes it any more. */
export const isClosed = (generation: Generation): boolean => generation.outcome !== null;

/** An undo was asked for and has not come to its end: nothing else may happen to the key meanwhile. */
export const isBeingUndone = ({ undo }: Generation): boolean =>
  undo?.status === 'waiting' || undo?.status === 'running';
