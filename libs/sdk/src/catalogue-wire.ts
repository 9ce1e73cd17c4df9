/** What travels of actions, as plain types: see wire.ts. */
import type { JsonValue } from './wire.js';

/** What the author declares about repeating an action. */
export type Effects = 'none' | 'idempotent' | 'transactional' | 'verifiable' | 'unsafe';

export interface RetryPolicy {
  attemptsMax: number;
  initialDelayMs: number;
  delayMsMax: number;
  factor: number;
}

export interface IdempotencyPolicy {
  /** `params`: equal params are the same work. `key-required`: the caller names it. `none`: every call is new work. */
  mode: 'params' | 'key-required' | 'none';
  /** How long after its end an execution answers for its repeats. */
  windowMs: number | 'forever';
  /** True: each version is a piece of work of its own, and a call has to name one. */
  perVersion: boolean;
  reopen: 'when-safe' | 'never';
}

export interface ActionPolicy {
  effects: Effects;
  retry: RetryPolicy;
  attemptTimeoutMs: number;
  deadlineMs: number;
  idempotency: IdempotencyPolicy;
}

/** A JSON Schema, 2020-12. */
export type JsonSchema = { [key: string]: JsonValue };

/** One version of one action. */
export interface ActionRef {
  name: string;
  version: number;
}

/** Whether somebody is there who would perform a call now. `unknown`: it could not be found out in time. */
export type Handlers = 'present' | 'absent' | 'unknown';

/** Where attempts are performed: in executors, by whoever answers on the bus, or by an HTTP service. */
export type ActionTarget = 'in-process' | 'bus' | 'http';

/** One version of one action, as the catalogue shows it. Times are ISO 8601, UTC. */
export interface CatalogueVersion {
  name: string;
  version: number;
  description: string;
  /** `retired`: takes no new work. */
  status: 'offered' | 'retired';
  policy: ActionPolicy;
  paramsJsonSchema: JsonSchema;
  resultJsonSchema: JsonSchema;
  hasProbe: boolean;
  hasUndo: boolean;
  target: ActionTarget;
  /** Of an HTTP service; else null. */
  url: string | null;
  /** Equal digests, equal contracts. */
  digest: string;
  registeredAt: string;
  registeredBy: { type: string; id: string };
  retiredAt: string | null;
  retiredBy: { type: string; id: string } | null;
  retiredBecause: string | null;
  /** What to call instead. */
  successor: ActionRef | null;
  handlers: Handlers;
}

/** All versions of one action, newest first. */
export interface CatalogueAction {
  name: string;
  /** The version that a call without one means; null where all are retired. */
  newest: number | null;
  versions: CatalogueVersion[];
  /** Only where older versions are left out, since all together are more than one message: the list has them. */
  incomplete?: true | undefined;
}

/** An action as it is written down to be registered, with the names and defaults that `defineAction` has. */
export interface ActionDocument {
  name: string;
  /** Default 1. */
  version?: number | undefined;
  description?: string | undefined;
  params: JsonSchema;
  result: JsonSchema;
  effects: Effects;
  retry?: { [P in keyof RetryPolicy]?: RetryPolicy[P] | undefined } | undefined;
  attemptTimeoutMs?: number | undefined;
  deadlineMs?: number | undefined;
  idempotency?: { [P in keyof IdempotencyPolicy]?: IdempotencyPolicy[P] | undefined } | undefined;
  /** Whether whoever performs it answers `probe`: required by, and only for, effects 'verifiable'. */
  probe?: boolean | undefined;
  /** Whether it answers `undo`. */
  undo?: boolean | undefined;
  /** Default: whoever answers on the bus. The secret is `whsec_` and base64, as Standard Webhooks has it. */
  target?:
    | { kind: 'bus'; answersAsk?: boolean | undefined }
    | { kind: 'http'; url: string; secret: string }
    | undefined;
}

/** `known`: the same contract stood already; `retired`: so it did, and the version takes no new work any more. */
export interface RegisterAnswer {
  status: 'registered' | 'known' | 'retired';
  digest: string;
  /** Of the event, where one was written: `minPosition` of a list that is to show it. */
  position?: string | undefined;
}

/** `known`: it was retired already; the successor is the one that was named then. */
export interface RetireAnswer {
  status: 'retired' | 'known';
  successor: ActionRef | null;
  position?: string | undefined;
}
