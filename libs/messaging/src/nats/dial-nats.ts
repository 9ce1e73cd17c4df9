import type { ConnectionOptions, NatsConnection } from 'nats';
import { NatsUnavailable } from './nats-errors.js';
import { NatsLink } from './nats-link.js';
import { probeServer } from './probe-server.js';
import type { ServerUrls } from './server-urls.js';

/** The link has its own pings; a timer takes no more. */
const NEVER_MS = 2 ** 31 - 1;

export interface Dialling {
  readonly urls: ServerUrls;
  readonly name: string;
  readonly connectTimeoutMs: number;
  readonly pingIntervalMs: number;
  readonly connect: (options: ConnectionOptions) => Promise<NatsConnection>;
}

/** A link to the first server that takes it, in random order. @throws NatsUnavailable none does; or the signal aborted */
export async function dialNats(dialling: Dialling, signal: AbortSignal): Promise<NatsLink> {
  const { servers } = dialling.urls;
  let failure: unknown;
  for (const server of shuffled(servers)) {
    try {
      return await dialOne(server, dialling, signal);
    } catch (error) {
      failure = error;
    }
  }
  throw new NatsUnavailable(servers, reasonOf(failure, dialling.connectTimeoutMs), { cause: failure });
}

async function dialOne(server: string, dialling: Dialling, signal: AbortSignal): Promise<NatsLink> {
  const { urls, name, connectTimeoutMs, pingIntervalMs, connect } = dialling;
  await probeServer(server, AbortSignal.any([signal, AbortSignal.timeout(connectTimeoutMs)]));
  const connection = await connect({
    servers: [server],
    name,
    timeout: connectTimeoutMs,
    reconnect: false,
    pingInterval: NEVER_MS,
    // A stack trace for each request would cost more than the request.
    noAsyncTraces: true,
    ...(urls.isTls && { tls: {} }),
    ...(urls.user !== undefined && { user: urls.user, pass: urls.password ?? '' }),
    ...(urls.token !== undefined && { token: urls.token }),
  });
  return new NatsLink(connection, pingIntervalMs);
}

function reasonOf(failure: unknown, connectTimeoutMs: number): string {
  const { name, code, message } = fieldsOf(failure);
  if (code === 'ECONNREFUSED' || code === 'CONNECTION_REFUSED') {
    return 'nothing listens there. Start nats-server, or correct the url (DO_NATS_URL)';
  }
  if (code === 'AUTHORIZATION_VIOLATION')
    return 'it refuses the credentials. Correct those in the url (DO_NATS_URL)';
  if (name === 'TimeoutError' || code === 'TIMEOUT') return `no answer within ${connectTimeoutMs} ms`;
  return typeof message === 'string' ? message : 'for no known reason';
}

/** Not by `instanceof`: the reason of a signal is no Error everywhere. */
function fieldsOf(failure: unknown): { name?: unknown; code?: unknown; message?: unknown } {
  return typeof failure === 'object' && failure !== null ? failure : {};
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .sort((one, other) => one.order - other.order)
    .map(({ item }) => item);
}
