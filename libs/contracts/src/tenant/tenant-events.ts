import { z } from 'zod';

/** Events of stream `tenant-<tenant>` that tell of the log itself. Additive changes only. */

/**
 * The log was put back from a backup: what was behind `after` is forgotten, and what was open in what is left was parked
 * as unknown, for it may have been done in what is forgotten. One restoration writes one such event a tenant.
 */
export const LogRestored = z.object({
  /** UUID, the same in the streams of all tenants. */
  restoration: z.string(),
  /** Public position of the newest event that the backup still had. */
  after: z.string(),
  /** 1 to 500 characters, from whoever restored it. */
  reason: z.string().optional(),
  atMs: z.int().min(0),
});
export type LogRestored = z.infer<typeof LogRestored>;
export const LOG_RESTORED = 'LogRestored';
