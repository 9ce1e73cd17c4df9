/** An embedded log on a temporary folder, served on a free port; its name is not in it, so that it begins empty. */
import type { EmbeddedEventStore } from '../../embedded/embedded-event-store.js';
import { openEmbeddedEventStore } from '../../embedded/open-embedded-event-store.js';
import { temporaryFolder } from '../../embedded/testing/temporary-folder.js';
import type { EventLogServer, EventLogServerOptions } from '../../event-log-server.js';
import { serveEventLog } from '../serve-event-log.js';
import { DEFAULT_LIMITS, type ServerLimits } from '../server-limits.js';

export interface ServedLog {
  readonly store: EmbeddedEventStore;
  readonly server: EventLogServer;
  /** What no request should have been able to cause. */
  readonly errors: readonly unknown[];
  dispose(): Promise<void>;
}

/** @param prepare what is in the log before anybody can reach it */
export async function serveLog(
  options: Partial<Omit<EventLogServerOptions, 'store'>> = {},
  limits: Partial<ServerLimits> = {},
  prepare: (store: EmbeddedEventStore) => Promise<void> = async () => {},
): Promise<ServedLog> {
  const folder = temporaryFolder();
  const store = await openEmbeddedEventStore({ folder: folder.path });
  await prepare(store);
  const errors: unknown[] = [];
  const server = await serveEventLog(
    { store, port: 0, host: '127.0.0.1', onError: (error) => errors.push(error), ...options },
    { ...DEFAULT_LIMITS, ...limits },
  );
  return {
    store,
    server,
    errors,
    async dispose() {
      await server.close();
      await store.close();
      folder.remove();
    },
  };
}
