import type { ControlledTransaction } from 'kysely';
import type { Connections, Place } from '../engine/place.js';
import { ViewsUnavailable } from '../errors.js';
import { readCheckpoint } from '../read/read-checkpoint.js';
import type { Tables } from '../schema/tables.js';
import type { Checkpoint } from '../views.js';

/** One generation as it is at one moment, however long it is looked at and whatever is written meanwhile. */
export class Snapshot {
  private constructor(
    readonly db: ControlledTransaction<Tables>,
    readonly checkpoint: Checkpoint | null,
    private readonly connections: Connections,
  ) {}

  /** @throws ViewsUnavailable there is no such generation (any more) */
  static async take(place: Place, generation: number): Promise<Snapshot> {
    const connections = await place.open(generation, 'read');
    if (connections === null) throw new ViewsUnavailable(place.name, `they have no generation ${generation}`);
    try {
      const db = await connections.db
        .startTransaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute();
      // Both engines fix what a transaction sees at its first query.
      return new Snapshot(db, await readCheckpoint(db), connections);
    } catch (error) {
      await connections.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    try {
      await this.db.rollback().execute();
    } finally {
      await this.connections.close();
    }
  }
}
