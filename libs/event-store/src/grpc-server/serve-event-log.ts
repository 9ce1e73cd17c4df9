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
import type { EventLogServer, EventLogServerOptions } from '../event-log-server.js';
import { Activity } from './activity.js';
import { BatchAppend } from './batch-append.js';
import { readBatchRequest } from './batch-request.js';
import { type BoundedListener, listenBounded } from './bounded-listener.js';
import { BytesBudget } from './bytes-budget.js';
import { LogWriter } from './log-writer.js';
import { readCall } from './read-call.js';
import { RecentIds } from './recent-ids.js';
import { gossipRead, supportedMethods } from './server-calls.js';
import { DEFAULT_LIMITS, type ServerLimits } from './server-limits.js';
import { StreamStates } from './stream-states.js';
import { appendCall, deleteCall, tombstoneCall } from './write-calls.js';

/** Clients take up to 17 MiB, and send as much. */
const MESSAGE_BYTES_MAX = 17 * 1024 * 1024;
/** Calls open at once in one connection. */
const CALLS_MAX = 1_024;
/** Of appends that are not written yet, over all clients. */
const WAITING_BYTES_MAX = 256 * 1024 * 1024;
const RECENT_IDS_MAX = 100_000;

/** The server itself: `event-log-server.ts` loads it where one is wanted. */
export async function serveEventLog(
  options: EventLogServerOptions,
  limits: ServerLimits = DEFAULT_LIMITS,
): Promise<EventLogServer> {
  const { store, host, tls, advertised, readOnly = false, protectedPrefixes = [] } = options;
  const { nowMs = Date.now, onError: report = () => undefined } = options;
  const log = store.raw;
  const states = new StreamStates(log, protectedPrefixes);
  const activity = new Activity();
  const writer = new LogWriter(log, states, new RecentIds(RECENT_IDS_MAX), activity, readOnly);
  const budget = new BytesBudget(WAITING_BYTES_MAX);
  const server = new Server({
    'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
    'grpc.max_concurrent_streams': CALLS_MAX,
    'grpc.keepalive_time_ms': limits.keepaliveMs,
    'grpc.keepalive_timeout_ms': limits.keepaliveMs,
  });
  server.addService(STREAMS, {
    batchAppend: (call: ConstructorParameters<typeof BatchAppend>[0]) =>
      new BatchAppend(call, writer, budget, limits, report),
    append: appendCall(writer, budget, limits.gatheringMs, report),
    delete: deleteCall(writer, report),
    tombstone: tombstoneCall(writer, report),
    read: readCall({ log, states, nowMs }, activity, limits.readsMax, report),
  });
  server.addService(featuresService.ServerFeaturesService, { getSupportedMethods: supportedMethods() });
  let port = options.port;
  server.addService(gossipService.GossipService, {
    read: gossipRead(randomUUID(), () => ({ host, port, ...advertised })),
  });
  const listener = await listen(server, host, options.port, tls, limits.connectionsMax);
  port = listener.port;
  return {
    port,
    get counts() {
      return { ...activity.counts, waitingBytes: budget.taken, lastPosition: log.end };
    },
    get isWritable() {
      return log.isWritable;
    },
    close: () => close(server, listener, activity),
  };
}

async function listen(
  server: Server,
  host: string,
  port: number,
  tls: EventLogServerOptions['tls'],
  connectionsMax: number,
): Promise<BoundedListener> {
  const credentials = tls
    ? ServerCredentials.createSsl(null, [{ cert_chain: tls.cert, private_key: tls.key }])
    : ServerCredentials.createInsecure();
  try {
    return await listenBounded(server, credentials, { host, port }, connectionsMax);
  } catch (error) {
    // A certificate that is none says so itself.
    const isOfSystem = typeof error === 'object' && error !== null && 'syscall' in error;
    throw isOfSystem ? cannotListen(`${host}:${port}`, String(error), error) : error;
  }
}

const { StreamsService } = streamsService;
/** As published, but what readers are sent comes as bytes already, and batch appends say more than was published. */
const STREAMS = {
  ...StreamsService,
  batchAppend: { ...StreamsService.batchAppend, requestDeserialize: readBatchRequest },
  read: { ...StreamsService.read, responseSerialize: (bytes: Buffer) => bytes },
};

/** With the code of the system, from which whoever starts a process can tell what to do. */
function cannotListen(address: string, reason: string, cause: unknown): Error {
  const code = /\bE[A-Z]{4,}\b/.exec(reason)?.[0];
  const error = new Error(`nobody can be served at ${address}: ${reason}`, { cause });
  return Object.assign(error, { syscall: 'listen', code });
}

/** How long a stop waits for what would end by itself. */
const STOPPING_MS = 2_000;

async function close(server: Server, listener: BoundedListener, activity: Activity): Promise<void> {
  listener.stop();
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
  listener.destroy();
  await ended;
}
