import { createConnection } from 'node:net';

/**
 * Resolves when the server greets. The vendor's client keeps the socket of a server that accepts a connection and
 * then says nothing, one for each attempt; so a server is tried here first.
 * @param server "host:port" @throws Error the reason of the signal, or why there is no connection
 */
export function probeServer(server: string, signal: AbortSignal): Promise<void> {
  const { hostname, port } = new URL(`nats://${server}`);
  return new Promise((resolve, reject) => {
    const host = hostname.replace(/^\[|\]$/g, '');
    const socket = createConnection({ host, port: Number(port), signal });
    socket.once('data', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', (error) => reject(signal.aborted ? signal.reason : error));
    socket.once('close', () => reject(new Error('it ended the connection')));
  });
}
