/** The door of the store on a server: reads the url, connects, and learns the log's name. */

import { newLogId } from '../embedded/log-format.js';
import type { StoreUnavailable } from '../errors.js';
import type { EventStore } from '../event-store.js';
import { nameLog } from '../log-identity.js';
import { connectForAppends } from './append-connection.js';
import { Appender } from './appender.js';
import { EsdbEventStore } from './esdb-event-store.js';
import { readEsdbUrl } from './esdb-url.js';
import { makeClient } from './official-client.js';
import { takeTheOneClient } from './one-client.js';

/** A real server gives up a write of its own accord after two seconds. */
const APPEND_DEADLINE_MS = 3_000;
const SILENCE_MS = 5_000;

export interface EsdbEventStoreOptions {
  /** `esdb://` or `esdb+discover://[user:password@]host[:port][?option=value]`; `kurrentdb://` is the same. */
  readonly url: string;
  /** Behind it and half a second more, an append is answered with AppendUnknown. Default: `defaultDeadline` of the url, or 3,000. */
  readonly appendDeadlineMs?: number;
  /** How long the server may say nothing to a read before it is given up. Default 5,000. */
  readonly silenceMs?: number;
  /** A subscription has lost its server, told once, or has it again (null). It goes on by itself either way. */
  readonly onTrouble?: (trouble: StoreUnavailable | null) => void;
}

/**
 * Opens the log on a server; a new one is given its name.
 * @throws TypeError the url is malformed, or says what the client would ignore
 * @throws SecondLogClient  @throws StoreUnavailable out of reach: try later  @throws UnfitServer
 */
export async function openEsdbEventStore(options: EsdbEventStoreOptions): Promise<EventStore> {
  const url = readEsdbUrl(options.url);
  const { silenceMs = SILENCE_MS, onTrouble = () => {} } = options;
  const deadlineMs = options.appendDeadlineMs ?? url.options.defaultDeadlineMs ?? APPEND_DEADLINE_MS;
  const release = takeTheOneClient();
  let store: EsdbEventStore | undefined;
  try {
    const client = makeClient(url, 'reads');
    const appender = new Appender(() => connectForAppends(url), deadlineMs);
    store = new EsdbEventStore({ appender, client, silenceMs, onTrouble, release });
    await store.learnName((log) => nameLog(log, newLogId()));
    return store;
  } catch (error) {
    await store?.close();
    release();
    throw error;
  }
}
