/**
 * The official client with three things that it keeps to itself: whether an append may be sent, asked before sending it,
 * whether its connection is still the same, and letting go of it.
 *
 * Made twice a store, for appends and for everything else. The client drops its connection when any call of it fails
 * as unavailable; with one for both, a read in trouble would begin a second stream of appends beside the first, and
 * the end of one rejects what waits on the other (ADR 0015).
 */
import { readFileSync } from 'node:fs';
import {
  type ChannelCredentialOptions,
  type DNSClusterOptions,
  EventStoreDBClient,
  type GossipClusterOptions,
  type SingleNodeOptions,
} from '@eventstore/db-client';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { connectivityState } from '@grpc/grpc-js';
import type { EsdbUrl } from './esdb-url.js';
import { within } from './within.js';

const KEEP_ALIVE_MS = 10_000;
/** The client waits for the end of each of its streams, and looks for servers that are not there; we do not. */
const LET_GO_WITHIN_MS = 2_000;

export type ClientUse = 'appends' | 'reads';

export class OfficialClient extends EventStoreDBClient {
  /**
   * Connects where that is needed, and asks the server once a connection whether it takes batches of appends.
   * Nothing was appended when it rejects; the client then never asks again and has to be made anew.
   */
  takesBatches(): Promise<boolean> {
    return this.supports(StreamsService.batchAppend);
  }

  /**
   * @param onGone called once, when the connection of now is no more
   * @returns whether there is one; where there is none nobody is called
   */
  async watchConnection(onGone: () => void): Promise<boolean> {
    const channel = await this.getChannel();
    if (channel.getConnectivityState(false) !== connectivityState.READY) return false;
    channel.watchConnectivityState(connectivityState.READY, Number.POSITIVE_INFINITY, onGone);
    return true;
  }

  /** Ends what is under way without a word to whoever waits for it, and closes the connection. Never rejects. */
  async letGo(): Promise<void> {
    await quickly(this.dispose());
    // Where there is none yet, the client looks for a server to connect to; nothing is sent to it.
    await quickly(this.getChannel().then((channel) => channel.close()));
  }
}

const quickly = (work: Promise<void>): Promise<void> =>
  within(work, LET_GO_WITHIN_MS, () => new Error('too slow')).catch(() => undefined);

/** @throws Error a certificate cannot be read */
export function makeClient(url: EsdbUrl, use: ClientUse): OfficialClient {
  const { credentials } = url;
  const channel = channelCredentials(url);
  const { discover, hosts } = url;
  const [first] = hosts;
  if (first === undefined) throw new TypeError('the url of the event log has no host');
  const common = commonSettings(url, use);
  // Of several the client's own discovery would take the first, and leave out the others without a word.
  if (hosts.length > 1) {
    const settings: GossipClusterOptions = { ...common, ...discoverySettings(url), endpoints: [...hosts] };
    return new OfficialClient(settings, channel, credentials);
  }
  if (discover) {
    const settings: DNSClusterOptions = { ...common, ...discoverySettings(url), discover: first };
    return new OfficialClient(settings, channel, credentials);
  }
  const settings: SingleNodeOptions = { ...common, endpoint: first };
  return new OfficialClient(settings, channel, credentials);
}

function commonSettings({ options }: EsdbUrl, use: ClientUse): Omit<SingleNodeOptions, 'endpoint'> {
  const { keepAliveIntervalMs = KEEP_ALIVE_MS, keepAliveTimeoutMs, connectionName = 'action.do' } = options;
  return {
    // Connections with the same settings are one to the library underneath, and these two must not be.
    keepAliveInterval: use === 'appends' ? keepAliveIntervalMs : keepAliveIntervalMs + 1,
    ...(keepAliveTimeoutMs !== undefined && { keepAliveTimeout: keepAliveTimeoutMs }),
    connectionName: `${connectionName} ${use}`,
    throwOnAppendFailure: true,
  };
}

function discoverySettings({ options }: EsdbUrl): Omit<DNSClusterOptions, 'discover'> {
  const { maxDiscoverAttempts, discoveryIntervalMs, gossipTimeoutSeconds } = options;
  return {
    nodePreference: 'leader',
    ...(maxDiscoverAttempts !== undefined && { maxDiscoverAttempts }),
    ...(discoveryIntervalMs !== undefined && { discoveryInterval: discoveryIntervalMs }),
    ...(gossipTimeoutSeconds !== undefined && { gossipTimeout: gossipTimeoutSeconds }),
  };
}

function channelCredentials({ options }: EsdbUrl): ChannelCredentialOptions {
  if (!options.tls) return { insecure: true };
  const { tlsCAFile, userCertFile, userKeyFile } = options;
  return {
    insecure: false,
    ...(tlsCAFile !== undefined && { rootCertificate: readCertificate('tlsCAFile', tlsCAFile) }),
    ...(userCertFile !== undefined && { userCertFile: readCertificate('userCertFile', userCertFile) }),
    ...(userKeyFile !== undefined && { userKeyFile: readCertificate('userKeyFile', userKeyFile) }),
  };
}

function readCertificate(option: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new Error(`${option} of the event log's url cannot be read: ${path}`, { cause });
  }
}
