import pg from 'pg';
import type { WriterLock } from '../place.js';

/** "actviews" in ASCII: the same for all versions, one a database. */
const LOCK_KEY = '7017286520206325619';

/** Seconds. The server lets go of the lock of a machine that is gone within about eleven; by default it takes two hours. */
const KEEPALIVE = ['tcp_keepalives_idle to 5', 'tcp_keepalives_interval to 2', 'tcp_keepalives_count to 3'];

/** Held by a connection: where that is lost, the lock is taken anew before the next batch, if nobody else has it. */
export class AdvisoryLock implements WriterLock {
  #client: pg.Client | null = null;

  private constructor(
    readonly settings: pg.ClientConfig,
    readonly inUse: () => Error,
  ) {}

  static async take(settings: pg.ClientConfig, inUse: () => Error): Promise<AdvisoryLock> {
    const lock = new AdvisoryLock(settings, inUse);
    await lock.check();
    return lock;
  }

  async check(): Promise<void> {
    if (this.#client !== null) return;
    const client = new pg.Client(this.settings);
    const lost = (): void => {
      if (this.#client === client) this.#client = null;
    };
    client.on('error', lost);
    client.on('end', lost);
    try {
      await client.connect();
      for (const setting of KEEPALIVE) await client.query(`set ${setting}`);
      const found = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
        LOCK_KEY,
      ]);
      if (found.rows[0]?.taken !== true) throw this.inUse();
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
    this.#client = client;
  }

  async release(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => {});
  }
}
