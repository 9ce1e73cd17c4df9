/** The door of the store on a server. The client is loaded where one is opened: most processes have the log themselves. */
import type { StoreUnavailable } from '../errors.js';
import type { EventStore } from '../event-store.js';
import type { OnForeignEvent, OnPassedOver } from '../foreign-events.js';
import type { OtherLog } from './errors.js';
import { readEsdbUrl } from './esdb-url.js';

export interface EsdbEventStoreOptions {
  /** `esdb://` or `esdb+discover://[user:password@]host[:port][?option=value]`; `kurrentdb://` is the same. */
  readonly url: string;
  /** Behind it and half a second more, an append is answered with AppendUnknown. Default: `defaultDeadline` of the url, or 3,000. */
  readonly appendDeadlineMs?: number;
  /** How long the server may say nothing to a read before it is given up. Default 5,000. */
  readonly silenceMs?: number;
  /** Somebody else's event in a stream of ours: `readAll` and subscriptions pass over it. Default: they throw it. */
  readonly onForeignEvent?: OnForeignEvent;
  /** Each event that `readAll` without a filter passes over, those of streams that the port cannot name among them; then it throws none. */
  readonly onPassedOver?: OnPassedOver;
  /**
   * A subscription has lost its server, told once (that we are not let in: every minute), or has it again
   * (null). It goes on by itself either way.
   */
  readonly onTrouble?: (trouble: StoreUnavailable | null) => void;
  /**
   * Behind the address is another log than the one that was opened, told once, whoever noticed. Nothing is read or
   * written any more: every call throws it.
   */
  readonly onOtherLog?: (error: OtherLog) => void;
}

/**
 * Opens the log on a server; a new one is given its name.
 * @throws TypeError the url is malformed, or says what the client would ignore
 * @throws SecondLogClient  @throws StoreUnavailable out of reach: try later  @throws LogAccessDenied  @throws UnfitServer
 */
export async function openEsdbEventStore({ url, ...options }: EsdbEventStoreOptions): Promise<EventStore> {
  const read = readEsdbUrl(url);
  const { connectEventStore } = await import('./connect-event-store.js');
  return connectEventStore(read, options);
}
