import { z } from 'zod';

/** Events of one API key, stream `access-<tenant>.<key id>`. Rotation and revocation come with key management. */
export const KeyCreated = z.object({
  keyId: z.string(),
  /** Hex SHA-256 of the whole key; the key itself is nowhere at rest. */
  digest: z.string(),
  name: z.string(),
  atMs: z.int(),
});
export type KeyCreated = z.infer<typeof KeyCreated>;

/** Asked by the gateway, answered by an executor. */
export const AccessLookup = z.object({ keyId: z.string().max(128) });
export const AccessRecord = z.object({ keyId: z.string(), digest: z.string(), name: z.string() }).nullable();
export type AccessRecord = z.infer<typeof AccessRecord>;
