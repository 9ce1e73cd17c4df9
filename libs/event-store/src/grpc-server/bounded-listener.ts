/** Takes connections for the gRPC server, which has no bound of its own on how many there are: beyond it they are closed at once. */
import { createServer, type Socket } from 'node:net';
import type { Server, ServerCredentials } from '@grpc/grpc-js';

export interface BoundedListener {
  readonly port: number;
  /** No more connections are taken; those that are open go on. */
  stop(): void;
  /** Ends what is still open, also what never came to speak the protocol. */
  destroy(): void;
}

/** @param port 0: one that is free  @throws Error the address cannot be listened at */
export function listenBounded(
  server: Server,
  credentials: ServerCredentials,
  address: { readonly host: string; readonly port: number },
  connectionsMax: number,
): Promise<BoundedListener> {
  const injector = server.createConnectionInjector(credentials);
  const sockets = new Set<Socket>();
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // Who breaks off is the protocol's business; before it is spoken, nobody's.
    socket.on('error', () => socket.destroy());
    injector.injectConnection(socket);
  });
  listener.maxConnections = connectionsMax;
  return new Promise((resolve, reject) => {
    listener.once('error', (error) => {
      injector.destroy();
      reject(error);
    });
    listener.listen({ ...address }, () => {
      const bound = listener.address();
      resolve({
        port: typeof bound === 'object' && bound !== null ? bound.port : address.port,
        stop: () => {
          listener.close();
        },
        destroy: () => {
          for (const socket of sockets) socket.destroy();
        },
      });
    });
  });
}
