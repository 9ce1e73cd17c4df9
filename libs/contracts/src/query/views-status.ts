import { z } from 'zod';

/**
 * The newest building anew of the views, in `GET /v1/views`. `running` from the answer to `POST /v1/views/rebuild` on,
 * so that whoever asked for it never sees the end of the one before; what it ended as stays until the next.
 */
export const ViewsRebuild = z.object({
  state: z.enum(['running', 'done', 'failed']),
  /** Events read so far, and events there are to read; as text, for both may be large. */
  done: z.string(),
  total: z.string(),
  /** Rows that were the same as the live ones so far; only once they are compared. */
  rowsCompared: z.string().optional(),
  /** One sentence; only where it failed. */
  error: z.string().optional(),
});
export type ViewsRebuild = z.infer<typeof ViewsRebuild>;

/** What `GET /v1/views` says at least; whoever answers may say more. */
export const ViewsStatus = z.looseObject({
  position: z.string(),
  lagEvents: z.string(),
  /** False while the first views, or those of a newer version, are built: where there are no others, lists answer 503. */
  live: z.boolean(),
  /** Null where none was ever asked for. */
  rebuild: ViewsRebuild.nullable(),
});
export type ViewsStatus = z.infer<typeof ViewsStatus>;
