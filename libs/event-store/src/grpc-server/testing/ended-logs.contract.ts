/** Served logs and official clients of one spec file, which end after the case that opened them: the last first. */
import { EventStoreDBClient } from '@eventstore/db-client';
import { type ServedLog, serveLog } from './served-log.js';

export function endedLogs() {
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  return {
    ends,
    async opened(...options: Parameters<typeof serveLog>): Promise<ServedLog> {
      const served = await serveLog(...options);
      ends.push(() => served.dispose());
      return served;
    },
    connected(url: string): EventStoreDBClient {
      const client = EventStoreDBClient.connectionString(url);
      ends.push(() => client.dispose());
      return client;
    },
  };
}
