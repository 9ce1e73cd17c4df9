import { z } from 'zod';

/** Body of `do.v1.sys.execution.recover`: streams whose executions seem due. A hint, so it may be wrong and may repeat. */
export const RecoverHint = z.object({
  streams: z.array(z.string().max(200)).max(256),
  /** Dead executors left them in an attempt: each executor looks. Else they are due, and any one does. */
  orphaned: z.boolean().optional(),
});
export type RecoverHint = z.infer<typeof RecoverHint>;
