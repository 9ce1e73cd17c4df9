import type { Kysely } from 'kysely';
import type { Tables } from '../schema/tables.js';
import type { Checkpoint } from '../views.js';

export async function readCheckpoint(db: Kysely<Tables>): Promise<Checkpoint | null> {
  const { log_id: logId, position } = await db
    .selectFrom('checkpoint')
    .select(['log_id', 'position'])
    .executeTakeFirstOrThrow();
  return logId === null || position === null ? null : { logId, position };
}
