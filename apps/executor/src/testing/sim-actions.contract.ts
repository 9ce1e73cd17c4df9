import type { SimWorld } from '@action-do/test-support';
import { type ActionContext, type ActionDefinition, ActionError, defineAction } from '@do-sdk/actions';
import { z } from 'zod';

/** One call of a handler, noted before it does anything. */
export interface Call {
  readonly executor: string;
  readonly action: string;
  readonly executionId: string;
  readonly effectKey: string;
  readonly attempt: number;
}

/** What the outside world saw: calls, and effects by effect key. */
export class Outside {
  readonly calls: Call[] = [];
  readonly effects: Call[] = [];
  readonly undos: Call[] = [];
  /** The author's own database of the transactional action. */
  readonly rows = new Map<string, unknown>();
}

const params = z.object({
  id: z.string(),
  /** What the first attempts come to; later ones succeed. */
  first: z.array(z.enum(['throw', 'none', 'final', 'hang'])).default([]),
  /** The same of the first attempts to undo it. */
  undo: z.array(z.enum(['throw', 'final', 'hang'])).default([]),
});
const result = z.object({ by: z.string(), attempt: z.int() });
const retry = { attemptsMax: 4, initialDelayMs: 100, delayMsMax: 400, factor: 2 };
const common = { params, result, retry, attemptTimeoutMs: 1_000, deadlineMs: 60_000, run: notBound };

function notBound(): never {
  throw new Error('not bound to an executor');
}

// Made once: a schema of its own for each executor of each run would be compiled again each time.
const definitions: readonly ActionDefinition[] = [
  defineAction({ ...common, name: 'idempotent', effects: 'idempotent', undo: notBound }),
  defineAction({ ...common, name: 'unsafe', effects: 'unsafe', undo: notBound }),
  defineAction({ ...common, name: 'transactional', effects: 'transactional' }),
  defineAction({ ...common, name: 'verifiable', effects: 'verifiable', probe: notBound }),
];

/** The four classes of actions that have effects, as one process performs them. */
export function simActions(world: SimWorld, outside: Outside, executor: string): ActionDefinition[] {
  return definitions.map((definition) => {
    const work = async (given: unknown, context: ActionContext) => {
      const { first } = params.parse(given);
      const { executionId, idempotencyKey: effectKey, attempt } = context;
      const call: Call = { executor, action: definition.name, executionId, effectKey, attempt };
      outside.calls.push(call);
      await world.step(executor, 'work', `${definition.name} attempt ${attempt}`);
      return performed(definition.name, first[attempt - 1], call, outside, context);
    };
    const probe = async (_: unknown, { idempotencyKey }: ActionContext) => {
      await world.step(executor, 'work', `probe of ${definition.name}`);
      const effect = outside.effects.find(({ effectKey }) => effectKey === idempotencyKey);
      return effect
        ? { state: 'applied' as const, result: { by: effect.executor, attempt: effect.attempt } }
        : { state: 'not-applied' as const };
    };
    const undo = async (given: unknown, _: unknown, context: ActionContext) => {
      const { undo: ends } = params.parse(given);
      const { executionId, idempotencyKey: effectKey, attempt, signal } = context;
      await world.step(executor, 'work', `undo of ${definition.name}, attempt ${attempt}`);
      outside.undos.push({ executor, action: definition.name, executionId, effectKey, attempt });
      const end = ends[attempt - 1];
      if (end === 'throw') throw new Error('it could not be undone now');
      if (end === 'final') throw new ActionError({ code: 'GONE', message: 'it cannot be undone' });
      if (end === 'hang') await new Promise((ended) => signal.addEventListener('abort', ended));
    };
    return {
      ...definition,
      run: work,
      ...(definition.probe ? { probe } : {}),
      ...(definition.undo ? { undo } : {}),
    };
  });
}

async function performed(
  action: string,
  first: 'throw' | 'none' | 'final' | 'hang' | undefined,
  call: Call,
  outside: Outside,
  { signal }: ActionContext,
): Promise<unknown> {
  if (first === 'none')
    throw new ActionError({ code: 'BUSY', message: 'nothing happened', retryable: true, effect: 'none' });
  if (first === 'final') throw new ActionError({ code: 'NO', message: 'never will', effect: 'none' });
  const row = outside.rows.get(call.effectKey);
  if (action === 'transactional' && row !== undefined) return row;
  outside.effects.push(call);
  const done = { by: call.executor, attempt: call.attempt };
  outside.rows.set(call.effectKey, done);
  if (first === 'throw') throw new Error('the answer of the outside world was lost');
  // Goes on after it was given up, and ends after all: a late outcome.
  if (first === 'hang') await new Promise((ended) => signal.addEventListener('abort', ended));
  return done;
}
