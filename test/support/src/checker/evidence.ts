import type { Effects } from '@action-do/contracts';

/**
 * What is known of a run when it is over: plain data, written down by a simulation or by the processes around a real
 * platform, and all that the checker looks at.
 *
 * Times (`beganAt`, `endedAt`) are numbers of one clock that never goes back: a counter of what happened, or
 * milliseconds of one machine. What is not known is left out, and what needs it is not checked.
 */
export interface Evidence {
  readonly calls: readonly CallRecord[];
  /** Undos that were called; absent where nobody noted them. */
  readonly undos?: readonly UndoCall[];
  /** What authors' probes were asked; absent where nobody noted it. */
  readonly probes?: readonly ProbeCall[];
  /** What operators wanted; absent where nobody noted it. */
  readonly orders?: readonly OrderRecord[];
  /** Every call of a handler; absent where nobody noted them. */
  readonly ledger?: readonly HandlerCall[];
  /** All events of all executions, in the order of the log. */
  readonly log: readonly LoggedEvent[];
  /** Rows of the executions view, when it had caught up. */
  readonly views?: readonly ViewRow[];
  /** Only what is said after all faults had ended and there was time to come to an end. */
  readonly afterwards?: Afterwards;
  /** From when until when something was done to the platform; a call beside all of them was in calm weather. */
  readonly troubles?: readonly (readonly [from: number, to: number])[];
}

/** One request of one caller as it left, and what came back. A caller that repeats it makes another record. */
export interface CallRecord {
  /** Of all repeats of one call the same. */
  readonly requestId: string;
  readonly verb: 'execute' | 'attach';
  readonly action: string;
  readonly effects: Effects;
  /** The key that the caller gave, or what stands for it where it is derived from the params. */
  readonly key: string;
  /** Whether the action's window may end while the run goes on: then done work may be new work. */
  readonly windowed: boolean;
  /** The params as text: equal texts, equal params. */
  readonly params: string;
  readonly beganAt: number;
  /** Position of the newest durable event when it was sent. */
  readonly logEnd?: number;
  /** When it was sent by the clock that all go by, milliseconds; absent where somebody's is off, or was since. */
  readonly sentAtMs?: number;
  /** When the caller had its answer, or stopped waiting. */
  endedAt: number | null;
  said: Said;
}

/** One call of an author's undo. */
export interface UndoCall {
  readonly executionId: string;
  readonly effectKey: string;
  /** As the author's code was told it. */
  readonly attempt: number;
  /** Names the process that performed it. */
  readonly by: string;
  /** Position of the newest durable event when it was called. */
  readonly logEnd?: number;
  /** Whether it took the effect back. */
  done: boolean;
}

/** One question to an author's probe. */
export interface ProbeCall {
  readonly executionId: string;
  readonly attempt: number;
  /** Whether it said in time what it knows; a probe that was asked for ever so long, or whose process died, did not. */
  spoke: boolean;
  /** What it said that the attempt gave, as JSON text; absent where it did not say that the work was done. */
  result?: string;
}

/** A word of an operator about one execution. */
export interface OrderRecord {
  readonly requestId: string;
  readonly verb: 'cancel' | 'retry' | 'resolve' | 'undo';
  readonly id: string;
  /** When it was sent. */
  readonly at: number;
}

/** Executed, attached or replayed, as the answer says it. */
export type How = 'executed' | 'attached' | 'replayed';

export type Said =
  | { readonly kind: 'succeeded'; readonly id: string; readonly how: How; readonly result: string }
  | {
      readonly kind: 'failed';
      readonly id: string;
      readonly how: How;
      readonly code: string;
      readonly effect: string;
    }
  /** OUTCOME_UNKNOWN. */
  | { readonly kind: 'unknown'; readonly id: string; readonly how: How }
  /** 202. */
  | { readonly kind: 'accepted'; readonly id: string }
  | { readonly kind: 'refused'; readonly code: string }
  /** No answer came: it may have been done, and may still be. */
  | { readonly kind: 'nothing' };

/** The effect ledger: one line a handler's call, written by the outside world. */
export interface HandlerCall {
  readonly action: string;
  readonly executionId: string;
  readonly effectKey: string;
  readonly attempt: number;
  /** Names the process that performed it. */
  readonly by: string;
  /** Position of the newest durable event when the handler was called. */
  readonly logEnd?: number;
  /** Whether it had its effect. */
  effect: boolean;
  /** Whether a probe had said, before the effect was had, that it was not: no probe can tell of what is still to come. */
  afterProbe?: boolean;
  /** Whether it came to its end by throwing; absent where nobody noted that. */
  threw?: boolean;
  /** What it gave, as JSON text; absent where it gave nothing. */
  result?: string;
}

export interface LoggedEvent {
  readonly id: string;
  readonly streamId: string;
  readonly revision: number;
  readonly position: number;
  readonly type: string;
  readonly data: unknown;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface ViewRow {
  readonly executionId: string;
  readonly status: string;
  readonly attempts: number;
  readonly effect: string;
}

export interface Afterwards {
  /** Callers that never got an answer. */
  readonly waiting: readonly string[];
  /** What is still held, queued or registered, in words: `e2 holds action-default.3f…`. */
  readonly held: readonly string[];
  /** Executors and workers that were never gone since they began what they perform. */
  readonly living?: readonly string[];
  /** `w1 e2`: of what this worker said to this executor, something was lost. */
  readonly unheard?: readonly string[];
  /** Whether every question to a probe came to it, and its answer back: so where executors perform the actions themselves. */
  readonly probesAreHeard?: boolean;
}

/** A promise that was broken: which, of what, and how it shows. */
export interface Violation {
  readonly invariant: string;
  /** Execution id, or key, where it is of one. */
  readonly of?: string;
  readonly what: string;
}
