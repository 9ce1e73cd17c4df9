import { z } from 'zod';

/** Body of `do.v1.sys.executor.beat`. Every third of its lease each executor of a shared log says that it is alive. */
export const Beat = z.object({
  /** As ActionStarted names it; never used again by another run. */
  executor: z.string().min(1).max(100),
  /** How long it counts as alive after this, milliseconds. */
  leaseMs: z.int().min(1).max(3_600_000),
  /** Its last one: it has stopped and appends nothing more, so what it left may be taken over at once. */
  over: z.literal(true).optional(),
});
export type Beat = z.infer<typeof Beat>;
