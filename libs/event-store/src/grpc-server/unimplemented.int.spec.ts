import {
  type EventStoreDBClient,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  UnsupportedError,
} from '@eventstore/db-client';
import monitoring from '@eventstore/db-client/generated/monitoring_grpc_pb.js';
import operations from '@eventstore/db-client/generated/operations_grpc_pb.js';
import persistent from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import projections from '@eventstore/db-client/generated/projections_grpc_pb.js';
import users from '@eventstore/db-client/generated/users_grpc_pb.js';
import { Client, credentials, status } from '@grpc/grpc-js';
import { events } from './testing/official-client.js';
import { officialClientOnLog } from './testing/official-client-on-log.contract.js';
import { untilEnd } from './testing/raw-client.js';

let bare: Client;
let client: EventStoreDBClient;
officialClientOnLog((its, { server }) => {
  client = its;
  bare = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure());
});
afterAll(() => bare.close());

/** All that the package of the client has a service of, beside what is served. */
const published = [
  persistent.PersistentSubscriptionsService,
  projections.ProjectionsService,
  users.UsersService,
  operations.OperationsService,
  monitoring.MonitoringService,
];
interface Method {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}
const methods: Method[] = [
  ...published.flatMap((service): Method[] => Object.values({ ...service })),
  { path: '/event_store.client.streams.Streams/Unheard', requestStream: false, responseStream: false },
];

const same = (bytes: Buffer) => bytes;
const nothing = Buffer.alloc(0);

it.each(methods.map((method) => [method.path, method] as const))(
  '%s is not implemented',
  async (path, method) => {
    expect(await failureOf(path, method)).toMatchObject({ code: status.UNIMPLEMENTED });
  },
);

async function failureOf(path: string, { requestStream, responseStream }: Method): Promise<unknown> {
  if (requestStream) {
    const call = bare.makeBidiStreamRequest(path, same, same);
    call.write(nothing);
    return (await untilEnd(call)).error;
  }
  if (responseStream) return (await untilEnd(bare.makeServerStreamRequest(path, same, same, nothing))).error;
  return new Promise((resolve) => {
    bare.makeUnaryRequest(path, same, same, nothing, (failure) => resolve(failure));
  });
}

it('the persistent subscriptions that clients have are among them', () => {
  const names = methods
    .filter(({ path }) => path.includes('.PersistentSubscriptions/'))
    .map(({ path }) => path.split('/').at(-1));
  expect(names.sort()).toEqual([
    'Create',
    'Delete',
    'GetInfo',
    'List',
    'Read',
    'ReplayParked',
    'RestartSubsystem',
    'Update',
  ]);
});

const settings = persistentSubscriptionToAllSettingsFromDefaults();
/** Rejects with what ends the subscription. */
const ended = (subscription: {
  on(name: 'error', listener: (error: Error) => void): { resume(): unknown };
}) => new Promise((_resolve, reject) => subscription.on('error', reject).resume());

describe('the client says that it is not supported', () => {
  it.each<[string, () => Promise<unknown>]>([
    [
      'to create a persistent subscription to $all',
      () => client.createPersistentSubscriptionToAll('g', settings),
    ],
    ['to update one', () => client.updatePersistentSubscriptionToAll('g', settings)],
    ['to delete one', () => client.deletePersistentSubscriptionToAll('g')],
    ['to ask about one', () => client.getPersistentSubscriptionToAllInfo('g')],
    ['to list them', () => client.listPersistentSubscriptionsToAll()],
    ['to replay what one parked', () => client.replayParkedMessagesToAll('g')],
    ['to subscribe to one', () => ended(client.subscribeToPersistentSubscriptionToAll('g'))],
  ])('%s', async (_, call) => {
    await expect(call()).rejects.toMatchObject({ type: 'unsupported' });
    await expect(call()).rejects.toBeInstanceOf(UnsupportedError);
  });
});

describe('what it does not ask about beforehand fails at once, and the connection lives', () => {
  it.each<[string, () => Promise<unknown>]>([
    [
      'to create a persistent subscription to a stream',
      () =>
        client.createPersistentSubscriptionToStream(
          's',
          'g',
          persistentSubscriptionToStreamSettingsFromDefaults(),
        ),
    ],
    ['to subscribe to one', () => ended(client.subscribeToPersistentSubscriptionToStream('s', 'g'))],
    ['to list projections', () => client.listProjections()],
  ])('%s', async (_, call) => {
    await expect(call()).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
    await client.appendToStream('s', events(1));
  });

  // Older servers had these over HTTP alone, and that is where the client then turns; it is not spoken here.
  it.each<[string, () => Promise<unknown>]>([
    ['to ask about one to a stream', () => client.getPersistentSubscriptionToStreamInfo('s', 'g')],
    ['to list all', () => client.listAllPersistentSubscriptions()],
    ['to restart their subsystem', () => client.restartPersistentSubscriptionSubsystem()],
  ])('%s, over HTTP', async (_, call) => {
    await expect(call()).rejects.toMatchObject({ code: 'HPE_INVALID_CONSTANT' });
    await client.appendToStream('s', events(1));
  });
});
