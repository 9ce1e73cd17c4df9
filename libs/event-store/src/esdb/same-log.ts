/**
 * Before anything is asked on a new connection: behind the address is the log that was opened, and no other.
 *
 * A server that was replaced answers as well as the old one did. Its revisions and positions fit by chance, and an
 * execution that the log does not know would be run again. So the name is read on each connection, and once more when
 * that connection is gone, whoever brought up the next one: the client, or the library under it. A read that had to
 * connect is made a second time: nobody watched what it connected to.
 */
import { StoreUnavailable } from '../errors.js';
import { readLogId } from '../log-identity.js';
import { askLeader } from './ask-leader.js';
import { connectFailure } from './failures.js';
import type { KnownLog } from './known-log.js';
import { type ReadBounds, readStreamOf } from './log-reads.js';
import type { OfficialClient } from './official-client.js';
import { within } from './within.js';

/** Connections that break while they are looked at. */
const TRIES_MAX = 3;

export class SameLog {
  #looking: Promise<void> | undefined;
  /** That of now, which is watched; undefined where it is gone, or nobody looked. */
  #connection: symbol | undefined;
  /** The one behind which the log was found. */
  #sureOf: symbol | undefined;

  constructor(
    private readonly client: Pick<OfficialClient, 'readStream' | 'watchConnection'>,
    private readonly known: KnownLog,
    private readonly bounds: ReadBounds,
  ) {}

  /**
   * What is asked in the same turn is asked of the log that was opened. Until its name is learned, every log will do.
   * @throws OtherLog; as reading does
   */
  async makeSure(): Promise<void> {
    this.known.refuseOther();
    if (this.known.logId === undefined) return;
    while (!this.#isSure()) {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = undefined;
      });
      await this.#looking;
    }
  }

  #isSure(): boolean {
    return this.#connection !== undefined && this.#connection === this.#sureOf;
  }

  async #look(): Promise<void> {
    const log: Parameters<typeof readLogId>[0] = {
      readStream: (streamId, options = {}) => readStreamOf(this.client, streamId, options, this.bounds),
    };
    for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
      await this.#watch();
      const connection = this.#connection;
      const found = await askLeader(() => readLogId(log));
      if (this.bounds.signal.aborted) throw new StoreUnavailable('the event store is closed');
      this.known.compare(found);
      this.#sureOf = connection;
      // Else the read has connected, or has seen two of them.
      if (this.#isSure()) return;
    }
    throw new StoreUnavailable('the connection to the event log breaks again and again');
  }

  async #watch(): Promise<void> {
    if (this.#connection !== undefined) return;
    const watched = Symbol('connection');
    const gone = () => {
      if (this.#connection === watched) this.#connection = undefined;
    };
    const { silenceMs } = this.bounds;
    const late = () => new StoreUnavailable(`no server of the event log was found within ${silenceMs} ms`);
    try {
      if (await within(this.client.watchConnection(gone), silenceMs, late)) this.#connection = watched;
    } catch (cause) {
      throw connectFailure(cause);
    }
  }
}
