/** Connects to the server, and learns the log's name. */
import { newLogId } from '../embedded/log-format.js';
import type { EventStore } from '../event-store.js';
import { ForeignEvents } from '../foreign-events.js';
import { nameLog } from '../log-identity.js';
import { connectForAppends } from './append-connection.js';
import { Appender } from './appender.js';
import { EsdbEventStore } from './esdb-event-store.js';
import type { EsdbUrl } from './esdb-url.js';
import { KnownLog } from './known-log.js';
import { makeClient } from './official-client.js';
import { takeTheOneClient } from './one-client.js';
import type { EsdbEventStoreOptions } from './open-esdb-event-store.js';

/** A real server gives up a write of its own accord after two seconds. */
const APPEND_DEADLINE_MS = 3_000;
const SILENCE_MS = 5_000;

/** @throws SecondLogClient, StoreUnavailable, LogAccessDenied, UnfitServer */
export async function connectEventStore(
  url: EsdbUrl,
  options: Omit<EsdbEventStoreOptions, 'url'>,
): Promise<EventStore> {
  const {
    silenceMs = SILENCE_MS,
    onTrouble = () => {},
    onOtherLog = () => {},
    onForeignEvent,
    onPassedOver,
  } = options;
  const deadlineMs = options.appendDeadlineMs ?? url.options.defaultDeadlineMs ?? APPEND_DEADLINE_MS;
  const release = takeTheOneClient();
  let store: EsdbEventStore | undefined;
  try {
    const client = makeClient(url, 'reads');
    const known = new KnownLog(onOtherLog);
    const foreign = new ForeignEvents(onForeignEvent, onPassedOver);
    const appender = new Appender(() => connectForAppends(url, known, { silenceMs, foreign }), deadlineMs);
    store = new EsdbEventStore({ appender, client, known, silenceMs, onTrouble, foreign, release });
    await store.learnName((log) => nameLog(log, newLogId()));
    return store;
  } catch (error) {
    await store?.close();
    release();
    throw error;
  }
}
