import type { EventStoreDBClient } from '@eventstore/db-client';
import { connectTo } from './official-client.js';
import { type ServedLog, serveLog } from './served-log.js';

/**
 * One served log and one official client on it for all cases of a spec; no call may make the server report an error of its
 * own.
 * @param use given both before the first case, and waited for
 */
export function officialClientOnLog(
  use: (client: EventStoreDBClient, served: ServedLog) => unknown,
  options: Parameters<typeof serveLog>[0] = {},
): void {
  let served: ServedLog;
  let client: EventStoreDBClient;
  beforeAll(async () => {
    served = await serveLog(options);
    client = connectTo(served.server.port);
    await use(client, served);
  });
  afterAll(async () => {
    await client.dispose();
    await served.dispose();
    expect(served.errors).toEqual([]);
  });
}
