/**
 * The door of the gRPC server. What it needs (a protocol's messages, HTTP/2) is loaded where a log is served, and nowhere
 * else: most processes that open a log serve nobody.
 */
import type { EmbeddedEventStore } from './embedded/embedded-event-store.js';
import type { ActivityCounts } from './grpc-server/activity.js';
import { showLogId } from './log-identity.js';

export interface EventLogServerOptions {
  /** Open in this process; stays open when the server closes. */
  readonly store: EmbeddedEventStore;
  /** 0: one that is free. */
  readonly port: number;
  readonly host: string;
  /** Somebody else writes this log: every write is refused with access-denied. */
  readonly readOnly?: boolean;
  /** Streams whose names begin so are kept for ever: no delete, no tombstone, no metadata that hides events. */
  readonly protectedPrefixes?: readonly string[];
  /** PEM. Without it the connection is not encrypted. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  /** Where a client that asks for members is sent; by default where it is listened, unless that is every
   *  address: then nobody can be told, and who asks is refused. */
  readonly advertised?: { readonly host?: string; readonly port?: number };
  readonly nowMs?: () => number;
  /** Hears of what no request should have been able to cause. */
  readonly onError?: (error: unknown) => void;
}

/** For metrics. */
export interface ServerCounts extends ActivityCounts {
  /** Of appends that came in and are not answered yet. */
  readonly waitingBytes: number;
  /** Position of the last durable event. */
  readonly lastPosition: bigint;
}

export interface EventLogServer {
  readonly port: number;
  readonly counts: ServerCounts;
  /** Whether appends reach the disk now: false once the log is broken or closed, and while a flush hangs for 2 s. */
  readonly isWritable: boolean;
  /** Takes no more calls, and ends those that are open; their clients see them cancelled. */
  close(): Promise<void>;
}

/**
 * Serves the log, with its name in it for clients to see (log-identity.ts).
 * @throws Error the address cannot be listened at, the certificate is none, or the log calls itself by another's name
 */
export async function startEventLogServer(options: EventLogServerOptions): Promise<EventLogServer> {
  await showLogId(options.store);
  const { serveEventLog } = await import('./grpc-server/serve-event-log.js');
  return serveEventLog(options);
}
