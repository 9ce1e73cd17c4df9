import { SimWorld } from '@action-do/test-support';
import { type ActionContext, type ActionDefinition, defineAction, type PolicyOptions } from '@do-sdk/actions';
import { z } from 'zod';
import type { Executor, ExecutorParts } from '../executor.js';
import { SimExecutors } from './sim-executors.contract.js';

const paramsSchema = z.object({ id: z.string(), note: z.string().default('none') });

/** An action whose code a test writes in place. It takes `{ id, note }` and gives anything. */
export const action = (
  name: string,
  run: (params: z.output<typeof paramsSchema>, context: ActionContext) => unknown,
  policy: Partial<PolicyOptions> & { version?: number; concurrency?: number } = {},
): ActionDefinition =>
  defineAction({ name, effects: 'idempotent', params: paramsSchema, result: z.any(), run, ...policy });

/** One executor in a world of its own, with the actions of a test. */
export async function oneExecutor(
  actions: readonly ActionDefinition[],
  parts: Partial<ExecutorParts> = {},
): Promise<{ sim: SimExecutors; world: SimWorld; executor: Executor }> {
  const world = new SimWorld();
  const sim = new SimExecutors(world);
  const executor = await sim.start('e1', { actions, ...parts });
  world.history.length = 0;
  return { sim, world, executor };
}

/** A promise that a test ends when it likes. */
export function gate<T = void>(): {
  open: (value: T) => void;
  fail: (error: unknown) => void;
  opened: Promise<T>;
} {
  let open: (value: T) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const opened = new Promise<T>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { open, fail, opened };
}
