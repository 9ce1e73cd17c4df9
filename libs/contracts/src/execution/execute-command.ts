import { z } from 'zod';
import { JsonMap } from '../json.js';

/** Body of an execute request, on HTTP and on the bus alike. Unknown members are refused: a typo must not pass for a param. */
export const ExecuteBody = z
  .strictObject({
    params: JsonMap,
    /** The caller's own labels, recorded with the execution; not part of what "same params" means. */
    metadata: z
      .record(z.string().max(64), z.string().max(512))
      .refine((labels) => Object.keys(labels).length <= 16, 'at most 16 labels')
      .optional(),
  })
  .meta({ id: 'ExecuteBody' });
export type ExecuteBody = z.infer<typeof ExecuteBody>;

/** How long a caller waits for the outcome unless it says otherwise, and at most. Milliseconds. */
export const WAIT_MS_DEFAULT = 20_000;
export const WAIT_MS_MAX = 60_000;
