import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How something stands that is more than there or not there. */
export interface NeedState {
  readonly word: string;
  readonly ready: boolean;
}

/** What a service needs to do its work, by name, and whether it is there. */
export type Needs = Readonly<Record<string, boolean | NeedState>>;

export interface HealthOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** Asked at most once at a time. */
  readonly needs: () => Promise<Needs>;
}

/** Longer than that is no. */
const ANSWER_MS_MAX = 1_000;
const CONNECTIONS_MAX = 64;
const REQUEST_MS_MAX = 5_000;

/**
 * For whoever watches a process that has no HTTP of its own: `/health/live` and `/health/ready`, as a gateway has them.
 * @throws what the listening failed with (EADDRINUSE, EACCES)
 */
export async function startHealthServer({ host, port, needs }: HealthOptions) {
  let asking: Promise<Needs | null> | null = null;
  const ask = (): Promise<Needs | null> => {
    asking ??= within(ANSWER_MS_MAX, needs()).finally(() => {
      asking = null;
    });
    return asking;
  };
  const server = createServer((request, response) => {
    request.resume();
    const path = request.url?.split('?')[0];
    if (request.method !== 'GET' && request.method !== 'HEAD')
      answer(response, 405, { status: 'not allowed' });
    else if (path === '/health/live') answer(response, 200, { status: 'ok' });
    else if (path === '/health/ready') void ask().then((found) => answerReady(response, found));
    else answer(response, 404, { status: 'not found' });
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.requestTimeout = REQUEST_MS_MAX;
  server.headersTimeout = REQUEST_MS_MAX;
  server.listen(port, host);
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    close: async (): Promise<void> => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function answerReady(response: ServerResponse, needs: Needs | null): void {
  const found = Object.entries(needs ?? {}).map(([name, need]) => ({
    name,
    ...(typeof need === 'object' ? need : { word: need ? 'up' : 'down', ready: need }),
  }));
  const ready = needs !== null && found.every((need) => need.ready);
  const words = Object.fromEntries(found.map(({ name, word }) => [name, word]));
  answer(response, ready ? 200 : 503, { status: ready ? 'ok' : 'unavailable', ...words });
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

/** Null where it fails, or takes too long. */
async function within(ms: number, asked: Promise<Needs>): Promise<Needs | null> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([asked, overdue]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
