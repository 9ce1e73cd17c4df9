import { type ActionContext, type ActionDefinition, ActionError, defineAction } from '@do-sdk/actions';
import { z } from 'zod';
import { Declined, type WayCall, WayWork } from './way-work.js';

/** How a piece of business work is offered. */
export const WAYS = ['function', 'worker', 'bus', 'http'] as const;
export type WayName = (typeof WAYS)[number];

/** Long enough for a busy machine to answer in, and short: of a service that says nothing only this tells that it is dead. */
const PATIENT_MS = 4_000;
const HASTY_MS = 300;

/** What each way offers. */
const OFFERED = [
  ['none', 'none', PATIENT_MS],
  ['idempotent', 'idempotent', PATIENT_MS],
  ['transactional', 'transactional', PATIENT_MS],
  ['verifiable', 'verifiable', PATIENT_MS],
  ['unsafe', 'unsafe', PATIENT_MS],
  ['hasty', 'idempotent', HASTY_MS],
  ['hasty-unsafe', 'unsafe', HASTY_MS],
  /** Its result has a shape. */
  ['strict', 'idempotent', PATIENT_MS],
  /** Gives back its params. */
  ['echo', 'none', PATIENT_MS],
] as const;
export type WayAction = (typeof OFFERED)[number][0];

const anything = z.any().optional();
const params = z.object({
  id: z.string(),
  how: z.enum(['succeeds', 'declines', 'throws', 'misfits']).default('succeeds'),
  times: z.int().default(1),
  value: anything,
  bytes: z.int().optional(),
  depth: z.int().optional(),
  before: z.string().optional(),
  after: z.string().optional(),
  beats: z.int().default(0),
  beatMs: z.int().default(0),
  isDeaf: z.boolean().default(false),
  probe: z.enum(['unknown']).optional(),
  undoFails: z.int().default(0),
});
type Params = z.infer<typeof params>;
/** Names that frameworks take for their own. */
const echoed = z.object({
  id: anything,
  response: anything,
  err: anything,
  pattern: anything,
  isDisposed: anything,
  status: anything,
  data: anything,
});
const account = z.object({ id: z.string(), effectKey: z.string(), attempt: z.int(), nonce: z.string() });

/** The name under which a way offers an action. */
export const nameOf = (way: string, action: WayAction): string => `${way}-${action}`;

/** The actions of the suite as a function or a worker offers them; of other services, what they are registered as. */
export function wayActions(way: string, env = process.env): readonly ActionDefinition[] {
  const folder = env['ADO_WAYS'];
  if (folder === undefined) throw new Error('ADO_WAYS names no folder: where are effects to be kept?');
  const work = new WayWork(folder);
  return OFFERED.map(([action, effects, attemptTimeoutMs]) => {
    const name = nameOf(way, action);
    const policy = {
      name,
      effects,
      attemptTimeoutMs,
      deadlineMs: 30_000,
      retry: { attemptsMax: 2, initialDelayMs: 20, delayMsMax: 50 },
      idempotency: { mode: 'params' as const },
    };
    if (action === 'echo')
      return defineAction({ ...policy, params: echoed, result: z.any(), run: async (asked) => asked });
    return defineAction({
      ...policy,
      params,
      result: action === 'strict' ? account : z.any(),
      run: async (asked: Params, context: ActionContext) =>
        declared(() => work.run(asked, callOf(name, context))),
      ...(action === 'verifiable' && {
        probe: (asked: Params, { idempotencyKey }: ActionContext) =>
          answered(work.probe(asked, idempotencyKey)),
      }),
      ...(action === 'idempotent' && {
        undo: async (asked: Params, _result: unknown, context: ActionContext) =>
          work.undo(asked, callOf(name, context)),
      }),
    });
  });
}

const callOf = (action: string, context: ActionContext): WayCall => ({
  action,
  executionId: context.executionId,
  effectKey: context.idempotencyKey,
  attempt: context.attempt,
  signal: context.signal,
  beat: () => context.heartbeat(),
});

function answered(said: { state: string; result?: unknown }) {
  if (said.state === 'applied') return { state: 'applied' as const, result: said.result };
  return { state: said.state === 'unknown' ? ('unknown' as const) : ('not-applied' as const) };
}

/** In the words of this package. */
async function declared(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Declined)) throw error;
    throw new ActionError({ code: error.code, message: error.message, effect: 'none' });
  }
}
