import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ActionError, defineAction } from '@do-sdk/actions';
import { z } from 'zod';
import { gate } from './gate.js';
import { ledgerOf, recordCall } from './ledger.js';

/**
 * Actions for tests of the running platform, loaded by `DO_ACTIONS`. Every call of a handler is a line in the file
 * that `ADO_LEDGER` names, written before the handler goes on: what the outside world saw, kept outside the platform.
 */
const ledger = ledgerOf(process.env);

const record = (action: string, id: string, effectKey: string, attempt: number): void =>
  recordCall(ledger, { action, id, effectKey, attempt });

const hold = (ms: number): Promise<void> => (ms === 0 ? Promise.resolve() : delay(ms));

const params = z.object({
  id: z.string(),
  gate: z.string().optional(),
  /** How long the handler goes on after its line is written. */
  holdMs: z.int().min(0).max(10_000).default(0),
  note: z.string().default('none'),
});
const result = z.object({ id: z.string(), effectKey: z.string(), attempt: z.int() });

export const noteIdempotent = defineAction({
  name: 'note-idempotent',
  description: 'Writes a line; safe to repeat.',
  effects: 'idempotent',
  params,
  result,
  run: async ({ id, gate: file, holdMs }, { idempotencyKey, attempt, signal }) => {
    record('note-idempotent', id, idempotencyKey, attempt);
    await gate(file, signal);
    await hold(holdMs);
    return { id, effectKey: idempotencyKey, attempt };
  },
});

export const blockLoop = defineAction({
  name: 'block-loop',
  description: 'Lets nothing else in its process run while its first attempt does.',
  effects: 'idempotent',
  params,
  result,
  run: ({ id, holdMs }, { idempotencyKey, attempt }) => {
    record('block-loop', id, idempotencyKey, attempt);
    // As code that computes for long, without the computing: tests share the machine.
    if (attempt === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, holdMs);
    return { id, effectKey: idempotencyKey, attempt };
  },
});

export const noteUnsafe = defineAction({
  name: 'note-unsafe',
  description: 'Writes a line; a repeat would do harm.',
  effects: 'unsafe',
  params,
  result,
  run: async ({ id, gate: file, holdMs }, { idempotencyKey, attempt, signal }) => {
    record('note-unsafe', id, idempotencyKey, attempt);
    await gate(file, signal);
    await hold(holdMs);
    return { id, effectKey: idempotencyKey, attempt };
  },
});

export const failDeclared = defineAction({
  name: 'fail-declared',
  description: 'Fails and says that nothing happened, until the named file exists.',
  effects: 'idempotent',
  params,
  result,
  run: ({ id, gate: file }, { idempotencyKey, attempt }) => {
    record('fail-declared', id, idempotencyKey, attempt);
    if (file !== undefined && existsSync(file)) return { id, effectKey: idempotencyKey, attempt };
    throw new ActionError({ code: 'CARD_DECLINED', message: 'the card was declined', effect: 'none' });
  },
});

export const failSilent = defineAction({
  name: 'fail-silent',
  description: 'Throws without a word about what it did, until the named file exists.',
  effects: 'idempotent',
  retry: { attemptsMax: 1 },
  params,
  result,
  run: ({ id, gate: file }, { idempotencyKey, attempt }) => {
    record('fail-silent', id, idempotencyKey, attempt);
    if (file !== undefined && existsSync(file)) return { id, effectKey: idempotencyKey, attempt };
    throw new Error('the connection was lost');
  },
});

export const failTwice = defineAction({
  name: 'fail-twice',
  description: 'Throws in its first two attempts.',
  effects: 'idempotent',
  retry: { attemptsMax: 3, initialDelayMs: 20, delayMsMax: 50, factor: 2 },
  params,
  result,
  run: ({ id }, { idempotencyKey, attempt }) => {
    record('fail-twice', id, idempotencyKey, attempt);
    if (attempt < 3) throw new Error(`attempt ${attempt} fails`);
    return { id, effectKey: idempotencyKey, attempt };
  },
});

export const overdue = defineAction({
  name: 'overdue',
  description: 'Never ends within its timeout.',
  effects: 'unsafe',
  attemptTimeoutMs: 100,
  params,
  result,
  run: async ({ id, gate: file }, { idempotencyKey, attempt }) => {
    record('overdue', id, idempotencyKey, attempt);
    await gate(file, new AbortController().signal);
    return { id, effectKey: idempotencyKey, attempt };
  },
});

export const keyRequired = defineAction({
  name: 'key-required',
  description: 'Wants a key from its caller.',
  effects: 'idempotent',
  idempotency: { mode: 'key-required' },
  params,
  result,
  run: ({ id }, { idempotencyKey, attempt }) => {
    record('key-required', id, idempotencyKey, attempt);
    return { id, effectKey: idempotencyKey, attempt };
  },
});

export const shortWindow = defineAction({
  name: 'short-window',
  description: 'Answers for its repeats for a moment only; then the same params are new work.',
  effects: 'unsafe',
  idempotency: { windowMs: 300 },
  params,
  result,
  run: ({ id }, { idempotencyKey, attempt }) => {
    record('short-window', id, idempotencyKey, attempt);
    return { id, effectKey: idempotencyKey, attempt };
  },
});

export const readOnly = defineAction({
  name: 'read-only',
  description: 'Reads; every call is a call of its own.',
  effects: 'none',
  params,
  result,
  run: ({ id }, { idempotencyKey, attempt }) => {
    record('read-only', id, idempotencyKey, attempt);
    return { id, effectKey: idempotencyKey, attempt };
  },
});

export const badResult = defineAction({
  name: 'bad-result',
  description: 'Gives a result over the limit, or one that upsets frameworks.',
  effects: 'idempotent',
  params: z.object({ kind: z.enum(['large', 'framework-words', 'null']) }),
  result: z.any(),
  run: ({ kind }) => {
    if (kind === 'large') return { text: 'x'.repeat(600 * 1024) };
    if (kind === 'null') return null;
    return {
      response: 1,
      err: { message: 'not an error' },
      id: 'x',
      pattern: 'y',
      isDisposed: true,
      status: 'error',
    };
  },
});

export const forgetsAwait = defineAction({
  name: 'forgets-await',
  description: 'Lets a promise fail that nobody awaits.',
  effects: 'idempotent',
  params,
  result,
  run: ({ id }, { idempotencyKey, attempt }) => {
    record('forgets-await', id, idempotencyKey, attempt);
    void Promise.reject(new Error('nobody awaits this'));
    return { id, effectKey: idempotencyKey, attempt };
  },
});

export const noteUndoable = defineAction({
  name: 'note-undoable',
  description: 'Writes a line, and another one when it is taken back.',
  effects: 'unsafe',
  retry: { initialDelayMs: 20, delayMsMax: 50, factor: 2 },
  params: params.extend({
    /** Held back until this file exists. */
    undoGate: z.string().optional(),
    /** Attempts to undo it that fail. */
    undoFails: z.int().min(0).default(0),
  }),
  result,
  run: ({ id }, { idempotencyKey, attempt }) => {
    record('note-undoable', id, idempotencyKey, attempt);
    return { id, effectKey: idempotencyKey, attempt };
  },
  undo: async ({ id, undoGate, undoFails }, { effectKey }, { idempotencyKey, attempt, signal }) => {
    record(`note-undoable.undo.of.${effectKey}`, id, idempotencyKey, attempt);
    await gate(undoGate, signal);
    if (attempt <= undoFails) throw new Error(`attempt ${attempt} to undo fails`);
  },
});

export const deaf = defineAction({
  name: 'deaf',
  description: 'Goes on until the named file exists, whatever its signal says.',
  effects: 'unsafe',
  params,
  result,
  run: async ({ id, gate: file }, { idempotencyKey, attempt }) => {
    record('deaf', id, idempotencyKey, attempt);
    await gate(file);
    return { id, effectKey: idempotencyKey, attempt };
  },
});

/** Throws at once without a word about what it did, until the named file exists; a repeat would do harm. */
const doubtOf = (name: string, attemptTimeoutMs: number) =>
  defineAction({
    name,
    description: 'Throws without a word about what it did, until the named file exists.',
    effects: 'unsafe',
    attemptTimeoutMs,
    params,
    result,
    run: ({ id, gate: file }, { idempotencyKey, attempt }) => {
      record(name, id, idempotencyKey, attempt);
      if (file !== undefined && existsSync(file)) return { id, effectKey: idempotencyKey, attempt };
      throw new Error('the connection was lost');
    },
  });
export const doubtful = doubtOf('doubtful', 500);
/** Its attempts may be at work for longer than any test runs. */
export const doubtfulForLong = doubtOf('doubtful-for-long', 3_600_000);

export const retriesLater = defineAction({
  name: 'retries-later',
  description: 'Fails, and is tried again in an hour.',
  effects: 'idempotent',
  deadlineMs: 86_400_000,
  retry: { attemptsMax: 3, initialDelayMs: 3_600_000, delayMsMax: 3_600_000, factor: 1 },
  params,
  result,
  run: ({ id }, { idempotencyKey, attempt }) => {
    record('retries-later', id, idempotencyKey, attempt);
    throw new Error('not yet');
  },
});
