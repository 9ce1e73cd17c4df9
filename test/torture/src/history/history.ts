import type {
  CallLine,
  Effect,
  EffectsClass,
  EffectsPlace,
  Given,
  Probed,
  ViewRow,
} from '@action-do/test-support';

/**
 * All that is known of a run on real processes, from four sides that do not know of each other: callers, handlers, the
 * world outside, and the log. What is checked is whether they agree. Times are milliseconds since the Unix epoch, of one
 * machine.
 */
export interface History {
  readonly calls: readonly Call[];
  readonly handlerCalls: readonly CallLine[];
  readonly given: readonly Given[];
  readonly effects: readonly Effect[];
  readonly probes: readonly Probed[];
  /** By execution id. */
  readonly generations: ReadonlyMap<string, Generation>;
  readonly faults: readonly Fault[];
  /** Absent where nobody read them. */
  readonly views?: Views;
}

/** What the read models say of each execution, when they were read for the last time. */
export interface Views {
  readonly rows: readonly ViewRow[];
  /** Up to where in the log they tell. */
  readonly position: bigint;
}

/** A piece of work that callers ask for, perhaps several of them, each time with the same params and key. */
export interface Work {
  /** Names it on every side. */
  readonly id: string;
  readonly place: EffectsPlace;
  readonly effects: EffectsClass;
  readonly holdMs: number;
  readonly failures: number;
  readonly refuses: boolean;
  /** Undefined: it is named by its params, or a read without a key by its request id. */
  readonly key: string | undefined;
}

/** One logical call: one request id, and as many requests as it took. */
export interface Call {
  readonly work: Work;
  readonly requestId: string;
  readonly begunAtMs: number;
  /** Set when the caller is done with it. */
  endedAtMs: number;
  /** In the order in which they came; those that a caller did not get are in it, too. */
  readonly answers: Answer[];
  /** `none`: the caller gave up, and knows nothing. */
  end: 'result' | 'failure' | 'accepted' | 'none';
}

/** One request, and what came of it. */
export interface Answer {
  /** From 0. */
  readonly gateway: number;
  readonly via: 'execute' | 'attach';
  readonly waitSeconds: number;
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
  /**
   * Where it is, there was no answer: the connection was refused, was closed by the server as a kept one before anything
   * could have been done, was cut, or nothing came for very long.
   */
  readonly lost?: 'refused' | 'stale' | 'cut' | 'silent';
  /** 0 where there was none. */
  readonly status: number;
  /** What `Idempotency-Status` says. */
  readonly how: string;
  readonly shouldRetry: string;
  readonly retryAfterMs: number;
  readonly code: string;
  /** What a failure says in words; empty where it says nothing. */
  readonly detail: string;
  readonly executionId: string;
  readonly newKeySafe?: boolean;
  /** What a failure says of its effect. */
  readonly effect?: string;
  /** The result's own bytes; undefined where the answer has none. */
  readonly result?: string;
}

/** What the log holds of one generation, in order. */
export interface Generation {
  readonly executionId: string;
  readonly stream: string;
  readonly work: string;
  readonly action: string;
  readonly effects: string;
  readonly effectKey: string;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly type: string;
  /** The log's own clock. */
  readonly atMs: number;
  readonly attempt: number;
  /** Of ActionStarted. */
  readonly executor?: string;
  /** Of a failure. */
  readonly code?: string;
  /** What an outcome says of its effect. */
  readonly effect?: string;
  /** Of ActionSucceeded, as JSON. */
  readonly result?: string;
}

export const FAULTS = ['kill', 'kill-worker', 'everything', 'pause', 'bus', 'store', 'term'] as const;
export type FaultKind = (typeof FAULTS)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** Names and processes that were struck. */
  readonly victims: readonly { readonly name: string; readonly pid: number }[];
  readonly fromMs: number;
  /** What was struck is back, or goes on. */
  readonly untilMs: number;
  /** Everything works again. */
  readonly healedAtMs: number;
}

export const VIOLATIONS = [
  'lost',
  'doubled',
  'stuck',
  'lie',
  'hang',
  'failed',
  'died',
  // No promise was broken by it: there was nothing by which it could have been.
  'unproven',
] as const;
export type ViolationKind = (typeof VIOLATIONS)[number];

export interface Violation {
  readonly kind: ViolationKind;
  /** Empty where it is of no single piece of work. */
  readonly work: string;
  readonly what: string;
}

/** Clocks of processes on one machine, and the way of an answer, are not told from each other by less. */
export const SAME_TIME_MS = 100;
