/** Health and metrics, over HTTP for who watches over the process; nothing of the log itself is told here. */
import { createServer, type Server } from 'node:http';
import type { ServerCounts } from '@action-do/event-store';
import { metricsText } from './metrics-text.js';

export interface StatusServerOptions {
  readonly host: string;
  readonly port: number;
  readonly counts: () => ServerCounts;
  /** Whether appends reach the disk now. */
  readonly isWritable: () => boolean;
}

export interface StatusServer {
  readonly url: string;
  /** From now on it says that the process is stopping. */
  notReady(): void;
  close(): Promise<void>;
}

const TEXT = { 'content-type': 'text/plain; charset=utf-8' };
const CONNECTIONS_MAX = 64;

/** @throws Error the address cannot be listened at */
export async function startStatusServer({
  host,
  port,
  counts,
  isWritable,
}: StatusServerOptions): Promise<StatusServer> {
  let isStopping = false;
  const notReady = () =>
    isStopping ? 'stopping' : isWritable() ? undefined : 'the log cannot be written now';
  const server = createServer((request, response) => {
    const { method, url } = request;
    request.resume();
    if (method !== 'GET') response.writeHead(405, { allow: 'GET' }).end();
    else if (url === '/health/ready') {
      const reason = notReady();
      response.writeHead(reason === undefined ? 200 : 503, TEXT).end(`${reason ?? 'ready'}\n`);
    } else if (url === '/metrics') response.writeHead(200, TEXT).end(metricsText(counts()));
    else response.writeHead(404, TEXT).end('there is /health/ready and /metrics\n');
  });
  server.maxConnections = CONNECTIONS_MAX;
  const listeningAt = await listen(server, host, port);
  return {
    url: `http://${host}:${listeningAt}`,
    notReady() {
      isStopping = true;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
