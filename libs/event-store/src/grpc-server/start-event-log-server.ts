/**
 * Serves an embedded log over gRPC, in the protocol of EventStoreDB's streams, to that server's own clients in any language.
 * A single node without replication: what it is and is not, and what was tested, says docs/reference/event-log-protocol.md.
 *
 * Who owns what: `LogWriter` every write; `StreamStates` what is known of a stream; the calls turn messages into plain
 * requests and outcomes into messages. Nothing here holds data: what is acknowledged is in the log.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import featuresService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { EmbeddedEventStore } from '../embedded/embedded-event-store.js';
import { Activity, type ActivityCounts } from './activity.js';
import { BatchAppend } from './batch-append.js';
import { LogWriter } from './log-writer.js';
import { readCall } from './read-call.js';
import { RecentIds } from './recent-ids.js';
import { type Advertised, gossipRead, supportedMethods } from './server-calls.js';
import { StreamStates } from './stream-states.js';
import { appendCall, deleteCall, tombstoneCall } from './write-calls.js';

export interface EventLogServerOptions {
  /** Open in this process; stays open when the server closes. */
  readonly store: EmbeddedEventStore;
  /** 0: any free one. */
  readonly port: number;
  readonly host: string;
  /** Somebody else writes this log: every write is refused with access-denied. */
  readonly readOnly?: boolean;
  /** Streams whose names begin so are kept for ever: no delete, no tombstone, no metadata that hides events. */
  readonly protectedPrefixes?: readonly string[];
  /** PEM. Without it the connection is not encrypted. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  /** Where a client that asks for members is sent; by default where it is listened. */
  readonly advertised?: Partial<Advertised>;
  readonly nowMs?: () => number;
  /** Hears of what no request should have been able to cause. */
  readonly onError?: (error: unknown) => void;
}

/** For metrics. */
export interface ServerCounts extends ActivityCounts {
  /** Position of the last durable event. */
  readonly lastPosition: bigint;
}

export interface EventLogServer {
  readonly port: number;
  readonly counts: ServerCounts;
  /** Takes no more calls, and ends those that are open; their clients see them cancelled. */
  close(): Promise<void>;
}

/** Clients take up to 17 MiB, and send as much. */
const MESSAGE_BYTES_MAX = 17 * 1024 * 1024;
/** Calls open at once in one connection. */
const CALLS_MAX = 1_024;
const RECENT_IDS_MAX = 100_000;

/** @throws Error the address cannot be listened at, or the certificate is none */
export async function startEventLogServer(options: EventLogServerOptions): Promise<EventLogServer> {
  const { store, host, tls, advertised, readOnly = false, protectedPrefixes = [] } = options;
  const { nowMs = Date.now, onError: report = () => undefined } = options;
  const log = store.raw;
  const states = new StreamStates(log, protectedPrefixes);
  const activity = new Activity();
  const writer = new LogWriter(log, states, new RecentIds(RECENT_IDS_MAX), activity, readOnly);
  const server = new Server({
    'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
    'grpc.max_concurrent_streams': CALLS_MAX,
  });
  server.addService(streamsService.StreamsService, {
    batchAppend: (call: ConstructorParameters<typeof BatchAppend>[0]) =>
      new BatchAppend(call, writer, report),
    append: appendCall(writer, report),
    delete: deleteCall(writer, report),
    tombstone: tombstoneCall(writer, report),
    read: readCall({ log, states, nowMs }, activity, report),
  });
  server.addService(featuresService.ServerFeaturesService, { getSupportedMethods: supportedMethods() });
  let port = options.port;
  server.addService(gossipService.GossipService, {
    read: gossipRead(randomUUID(), () => ({ host, port, ...advertised })),
  });
  port = await listen(server, `${host}:${options.port}`, tls);
  return {
    port,
    get counts() {
      return { ...activity.counts, lastPosition: log.end };
    },
    close: () => close(server, activity),
  };
}

function listen(server: Server, address: string, tls: EventLogServerOptions['tls']): Promise<number> {
  const credentials = tls
    ? ServerCredentials.createSsl(null, [{ cert_chain: tls.cert, private_key: tls.key }])
    : ServerCredentials.createInsecure();
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, port) =>
      error
        ? reject(new Error(`nobody can be served at ${address}: ${error.message}`, { cause: error }))
        : resolve(port),
    );
  });
}

/** How long a stop waits for what would end by itself. */
const STOPPING_MS = 2_000;

async function close(server: Server, activity: Activity): Promise<void> {
  const over = new AbortController();
  const ended = new Promise<void>((resolve) => {
    server.tryShutdown(() => resolve());
  });
  await Promise.race([
    activity.idle(),
    delay(STOPPING_MS, undefined, { signal: over.signal }).catch(() => undefined),
  ]);
  over.abort();
  // Answers that were given a moment ago are still on their way out.
  for (let turn = 0; turn < 3; turn += 1) await nextTurn();
  server.forceShutdown();
  await ended;
}
