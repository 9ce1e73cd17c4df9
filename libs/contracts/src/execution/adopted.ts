import { z } from 'zod';

/**
 * Body of `do.v1.sys.execution.adopted`: an executor waits for an attempt that a dead one began and a worker goes on with.
 * A hint: where it is lost two wait for the same, and one of them comes too late.
 */
export const Adopted = z.object({
  /** Who waits. */
  executor: z.string().min(1).max(100),
  stream: z.string().max(200),
  generation: z.int().min(1),
  attempt: z.int().min(1),
});
export type Adopted = z.infer<typeof Adopted>;
