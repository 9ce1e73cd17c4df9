/** The one place that knows which adapter a url means. */
import {
  type EmbeddedEventStoreOptions,
  openEmbeddedEventStore,
} from './embedded/open-embedded-event-store.js';
import { isEsdbUrl } from './esdb/esdb-url.js';
import { type EsdbEventStoreOptions, openEsdbEventStore } from './esdb/open-esdb-event-store.js';
import type { EventStore } from './event-store.js';

const EMBEDDED = 'embedded:';

export interface EventStoreOptions
  extends Pick<EmbeddedEventStoreOptions, 'onFatal' | 'onForeignEvent' | 'onPassedOver'>,
    Pick<EsdbEventStoreOptions, 'onTrouble' | 'onOtherLog'> {}

/**
 * Opens the log that `url` names: `embedded:<folder>` in this process, `esdb://…` or `esdb+discover://…` on a server.
 * @throws TypeError the url names no log  @throws as `openEmbeddedEventStore` and `openEsdbEventStore` do
 */
export async function openEventStore(url: string, options: EventStoreOptions = {}): Promise<EventStore> {
  const { onFatal, onTrouble, onOtherLog, ...both } = options;
  if (isEsdbUrl(url))
    return openEsdbEventStore({
      url,
      ...both,
      ...(onTrouble && { onTrouble }),
      ...(onOtherLog && { onOtherLog }),
    });
  const folder = url.startsWith(EMBEDDED) ? url.slice(EMBEDDED.length) : '';
  if (folder !== '') return openEmbeddedEventStore({ folder, ...both, ...(onFatal && { onFatal }) });
  throw new TypeError(
    'the url of the event log must be embedded:<folder>, or esdb://host:port, or esdb+discover://host:port',
  );
}
