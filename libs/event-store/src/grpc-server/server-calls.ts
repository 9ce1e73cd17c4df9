/** What clients ask of the server itself: what it can do, and who else there is. */
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { type handleUnaryCall, status } from '@grpc/grpc-js';
import { CallFailure } from './call-failure.js';

/** The server whose behaviour is followed: clients compare it with what they need. */
const FOLLOWED_VERSION = '24.6.0';
const STREAMS = 'event_store.client.streams.streams';
const SUPPORTED: readonly [service: string, methods: readonly string[]][] = [
  [STREAMS, ['append', 'batchappend', 'delete', 'read', 'tombstone']],
  ['event_store.client.gossip.gossip', ['read']],
  ['event_store.client.server_features.serverfeatures', ['getsupportedmethods']],
];

export function supportedMethods<Q>(): handleUnaryCall<Q, features.SupportedMethods> {
  const methods = SUPPORTED.flatMap(([service, names]) =>
    names.map((name) => {
      const method = new features.SupportedMethod();
      return method.setServiceName(service).setMethodName(name);
    }),
  );
  const answer = new features.SupportedMethods();
  answer.setMethodsList(methods).setEventStoreServerVersion(FOLLOWED_VERSION);
  return (_, callback) => callback(null, answer);
}

interface Advertised {
  readonly host: string;
  readonly port: number;
}

/** At which a server listens, and nobody can be sent to. */
const EVERY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::', '[::]']);
const NOWHERE_TO_SEND = new CallFailure(
  status.FAILED_PRECONDITION,
  'this server listens at every address and was not told at which it is reached (DO_EVENT_LOG_ADVERTISED=host:port): connect with esdb://, not esdb+discover://',
);

/** One member, the leader: ourselves. */
export function gossipRead<Q>(
  instanceId: string,
  advertised: () => Advertised,
): handleUnaryCall<Q, gossip.ClusterInfo> {
  return (_, callback) => {
    const { host, port } = advertised();
    if (EVERY_ADDRESS.has(host)) return callback(NOWHERE_TO_SEND);
    const endPoint = new gossip.EndPoint();
    endPoint.setAddress(host).setPort(port);
    const member = new gossip.MemberInfo();
    member.setInstanceId(new shared.UUID().setString(instanceId));
    member.setTimeStamp(String(BigInt(Date.now()) * 10_000n));
    member.setState(gossip.MemberInfo.VNodeState.LEADER);
    member.setIsAlive(true);
    member.setHttpEndPoint(endPoint);
    callback(null, new gossip.ClusterInfo().setMembersList([member]));
  };
}
