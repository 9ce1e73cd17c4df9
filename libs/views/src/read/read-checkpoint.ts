import type { Kysely } from 'kysely';
import type { Tables } from '../schema/tables.js';
import type { Checkpoint } from '../views.js';

/** @param lockRow keeps other writers from it until the transaction ends, where the engine does not do so by itself */
export async function readCheckpoint(
  db: Kysely<Tables>,
  { lockRow = false }: { readonly lockRow?: boolean } = {},
): Promise<Checkpoint | null> {
  const query = db.selectFrom('checkpoint').select(['log_id', 'position']);
  const { log_id: logId, position } = await (lockRow ? query.forUpdate() : query).executeTakeFirstOrThrow();
  return logId === null || position === null ? null : { logId, position };
}
