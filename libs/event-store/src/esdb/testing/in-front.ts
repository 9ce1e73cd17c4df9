/** A server in front of a served log: hands calls on and notes what they ask for, or calls itself a follower of it. */

import features from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { Empty } from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_grpc_pb.js';
import {
  type BatchAppendReq,
  type BatchAppendResp,
  type ReadReq,
  type ReadResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import {
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';

interface Refusable {
  readonly metadata: Metadata;
  emit(event: 'error', error: object): boolean;
}

export class InFront {
  /** Of each call: its method, and whether it is for a leader alone. */
  readonly calls: [method: 'read' | 'batchAppend', requiresLeader: boolean][] = [];
  isFollower = false;
  /** Appends are taken and not handed on. */
  holdsBack = false;
  held = 0;
  readonly #batches = new Set<Refusable>();
  readonly #server = new Server();
  readonly #streams: InstanceType<typeof streams.StreamsClient>;
  readonly #features: InstanceType<typeof features.ServerFeaturesClient>;

  constructor(private readonly leaderPort: number) {
    const leader = `127.0.0.1:${leaderPort}`;
    this.#streams = new streams.StreamsClient(leader, credentials.createInsecure());
    this.#features = new features.ServerFeaturesClient(leader, credentials.createInsecure());
    this.#server.addService(features.ServerFeaturesService, {
      getSupportedMethods: (
        { request }: ServerUnaryCall<Empty, SupportedMethods>,
        done: sendUnaryData<SupportedMethods>,
      ) => this.#features.getSupportedMethods(request, done),
    });
    this.#server.addService(streams.StreamsService, {
      read: (call: ServerWritableStream<ReadReq, ReadResp>) => {
        if (this.#refuses('read', call)) return;
        const asked = this.#streams.read(call.request);
        asked.on('data', (message) => call.write(message));
        asked.on('end', () => call.end());
        asked.on('error', () => undefined);
        call.on('cancelled', () => asked.cancel());
      },
      batchAppend: (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>) => {
        if (this.#refuses('batchAppend', call)) return;
        const asked = this.#streams.batchAppend();
        this.#batches.add(call);
        call.on('data', (message) => {
          if (this.holdsBack) this.held += 1;
          else asked.write(message);
        });
        asked.on('data', (message) => call.write(message));
        asked.on('error', () => undefined);
        call.on('cancelled', () => asked.cancel());
      },
    });
  }

  /** @returns its port */
  start(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
  }

  /** Another one leads now, and what waits here is not handed on. */
  stepDown(): void {
    this.isFollower = true;
    for (const call of this.#batches) this.#sendOn(call);
  }

  end(): void {
    this.#server.forceShutdown();
    this.#streams.close();
    this.#features.close();
  }

  #refuses(method: 'read' | 'batchAppend', call: Refusable): boolean {
    this.calls.push([method, call.metadata.get('requires-leader')[0] === 'true']);
    if (this.isFollower) this.#sendOn(call);
    return this.isFollower;
  }

  #sendOn(call: Refusable): void {
    const metadata = new Metadata();
    metadata.set('exception', 'not-leader');
    metadata.set('leader-endpoint-host', '127.0.0.1');
    metadata.set('leader-endpoint-port', `${this.leaderPort}`);
    call.emit('error', { code: status.NOT_FOUND, details: 'Leader info available', metadata });
  }
}
