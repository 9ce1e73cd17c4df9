import { once } from 'node:events';
import { createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';

/** gRPC's "we do not know you", as a server of an event log answers wrong credentials, and none. */
const UNAUTHENTICATED = '16';

/** A server of an event log that lets nobody in. `asked` counts the calls that it refused. */
export async function startDenyingLog() {
  const sessions = new Set<ServerHttp2Session>();
  let asked = 0;
  const server = createServer();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream) => {
    asked += 1;
    const headers = { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': UNAUTHENTICATED };
    stream.respond(headers, { endStream: true });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `esdb://127.0.0.1:${port}?tls=false`,
    asked: () => asked,
    close: async (): Promise<void> => {
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
