import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type ActionContext, type ActionDefinition, ActionError, defineAction } from '@do-sdk/actions';
import { z } from 'zod';
import { type Effect, EffectFiles } from './effect-files.js';

export const EFFECTS_CLASSES = ['none', 'idempotent', 'transactional', 'verifiable', 'unsafe'] as const;
export type EffectsClass = (typeof EFFECTS_CLASSES)[number];
/** In the executors themselves, or in workers. */
export const PLACES = ['local', 'remote'] as const;
export type EffectsPlace = (typeof PLACES)[number];

const params = z.object({
  id: z.string(),
  /** How long the handler takes: half of it before its effect, but for a verifiable one. */
  holdMs: z.int().min(0).max(10_000).default(0),
  /** So many attempts say that nothing happened and that another may succeed. */
  failures: z.int().min(0).max(5).default(0),
  /** Says in every attempt that nothing happened, and never will. */
  refuses: z.boolean().default(false),
});
const result = z.object({ id: z.string(), effectKey: z.string(), nonce: z.string() });
type Params = z.infer<typeof params>;
type Result = z.infer<typeof result>;

/**
 * An action of each effects class, whose effects are files in the folder that `ADO_EFFECTS` names. They are deaf to the
 * signal of their attempt: one that was given up goes on to its effect, as a process does that was paused.
 */
export const effectsActions = (place: EffectsPlace, env = process.env): readonly ActionDefinition[] => {
  const files = new EffectFiles(folderOf(env));
  return EFFECTS_CLASSES.map((effects) => effectsAction(place, effects, files));
};

function effectsAction(place: EffectsPlace, effects: EffectsClass, files: EffectFiles): ActionDefinition {
  const name = `${place}-${effects}`;
  const probe = (asked: Params, { idempotencyKey }: ActionContext) => {
    const found = files.first(idempotencyKey);
    files.recordProbe({ effectKey: idempotencyKey, wasFound: found !== null, atMs: Date.now() });
    return found === null
      ? { state: 'not-applied' as const }
      : { state: 'applied' as const, result: resultOf(asked, found) };
  };
  return defineAction({
    name,
    effects,
    retry: { attemptsMax: effects === 'unsafe' ? 1 : 10, initialDelayMs: 100, delayMsMax: 1_000 },
    params,
    result,
    run: async (asked, context) => {
      const { executionId, idempotencyKey: effectKey, attempt } = context;
      const called = { effectKey, attempt, pid: process.pid };
      files.recordCall({ action: name, work: asked.id, executionId, ...called, atMs: Date.now() });
      failAsAsked(asked, attempt);
      // What a probe said not to have happened must not happen afterwards: that is for its author to see to.
      const beforeMs = effects === 'verifiable' ? 0 : asked.holdMs / 2;
      if (beforeMs > 0) await delay(beforeMs);
      const done = perform(effects, files, { ...called, nonce: randomUUID(), atMs: Date.now() });
      if (asked.holdMs > beforeMs) await delay(asked.holdMs - beforeMs);
      const given = resultOf(asked, done);
      files.recordGiven({ executionId, attempt, pid: process.pid, result: JSON.stringify(given) });
      return given;
    },
    ...(effects === 'verifiable' && { probe }),
  });
}

function failAsAsked({ refuses, failures }: Params, attempt: number): void {
  if (refuses) throw new ActionError({ code: 'REFUSED', message: 'it never will', effect: 'none' });
  if (attempt <= failures)
    throw new ActionError({ code: 'BUSY', message: 'come again', effect: 'none', retryable: true });
}

function perform(effects: EffectsClass, files: EffectFiles, effect: Effect): Effect {
  if (effects === 'none') return effect;
  if (effects === 'idempotent' || effects === 'transactional') return files.addOnce(effect);
  files.add(effect);
  return effect;
}

const resultOf = ({ id }: Params, { effectKey, nonce }: Effect): Result => ({ id, effectKey, nonce });

/** @throws Error nobody said where */
function folderOf({ ADO_EFFECTS }: NodeJS.ProcessEnv): string {
  if (ADO_EFFECTS === undefined)
    throw new Error('ADO_EFFECTS names no folder: where are effects to be kept?');
  return ADO_EFFECTS;
}
