/**
 * What is bundled, and what is not. Each exception says why; one that is not told here, or that nothing needs any more,
 * makes the build fail (docs/adr/0019).
 */

/** A file of dist/, and what tsc made of its source: all that is started, be it as a process or as a thread. */
export const PROGRAMS = {
  standalone: 'apps/standalone/dist/main.js',
  gateway: 'apps/gateway/dist/main.js',
  executor: 'apps/executor/dist/main.js',
  projector: 'apps/projector/dist/main.js',
  'event-log': 'apps/event-log/dist/main.js',
  stack: 'apps/stack/dist/main.js',
  'beats.thread': 'apps/executor/dist/lease/beats.thread.js',
  'projector.thread': 'apps/projector/dist/threads/projector.thread.js',
  'queries.thread': 'apps/projector/dist/threads/queries.thread.js',
  'fresh-imports.hooks': 'apps/standalone/dist/actions/fresh-imports.hooks.js',
};

/** Installed beside the bundle, and loaded from there. */
export const INSTALLED = {
  '@do-sdk/actions': 'modules of users import it: a definition or an error is of the class that they know',
  zod: 'modules of users import it, too: it is loaded anyway, and one copy is less than two',
  nats: 'CommonJS that is imported only where it is needed: a chunk would have no names to import',
  lmdb: 'native',
  libsql: 'native',
  'fs-native-extensions': 'native',
  'reflect-metadata': 'acts by being loaded, which has to be before any decorator: chunks have no such order',
  '@eventstore/db-client': 'megabytes of generated code, of which each address needs another part',
  '@grpc/grpc-js': 'that code brings it, and a service is of one copy',
  'google-protobuf': 'that code brings it, and messages are of one copy',
};

/** Inside, and loaded once more by a package that is outside, which does no harm. */
export const TWICE = {
  debug: 'keeps nothing but what the environment says',
  ms: 'is one function',
};

/** Not installed: asked for by code of Nest, gRPC and PostgreSQL's driver that nobody here calls. */
export const ABSENT = [
  '@fastify/multipart',
  '@fastify/static',
  '@fastify/view',
  '@nats-io/transport-node',
  '@nestjs/platform-express',
  '@nestjs/websockets/socket-module.js',
  'amqp-connection-manager',
  'class-transformer',
  'class-validator',
  'ioredis',
  'kafkajs',
  'mqtt',
  'pg-native',
];

const OTHER_TRANSPORT = 'a transport of Nest that nobody here uses';
const UNNAMED = 'only where the caller names no import of its own';

/** Files that load what they are told at run time, or look for something beside themselves, which a bundle moves. */
export const MOVED = {
  'libs/service-kit/dist/load-actions.js': 'modules of users, by absolute path',
  'apps/executor/dist/lease/beat-thread.js': 'its thread is beside it, bundled or not',
  'apps/projector/dist/threads/start-projector-threads.js': 'its threads are beside it, bundled or not',
  'apps/standalone/dist/actions/fresh-imports.js':
    'modules of users, by absolute path; its hooks are beside it, bundled or not',
  'apps/stack/dist/main.js': 'the services are beside it',
  'node_modules/@nestjs/common/utils/load-package.util.js': UNNAMED,
  'node_modules/@nestjs/core/helpers/optional-require.js': UNNAMED,
  'node_modules/@nestjs/core/helpers/load-adapter.js': 'only where no adapter is given',
  'node_modules/@nestjs/microservices/client/client-grpc.js': OTHER_TRANSPORT,
  'node_modules/@nestjs/microservices/client/client-mqtt.js': OTHER_TRANSPORT,
  'node_modules/@nestjs/microservices/client/client-nats.js': OTHER_TRANSPORT,
  'node_modules/@nestjs/microservices/client/client-rmq.js': OTHER_TRANSPORT,
  'node_modules/@nestjs/microservices/helpers/kafka-reply-partition-assigner.js': OTHER_TRANSPORT,
  'node_modules/@nestjs/microservices/server/server-grpc.js': OTHER_TRANSPORT,
  'node_modules/@nestjs/microservices/server/server-rmq.js': OTHER_TRANSPORT,
  'node_modules/kysely/dist/esm/migration/file-migration-provider.js': 'our migrations are code',
  'node_modules/pino/lib/transport.js':
    'only with a transport, and logs are written by the thread that has them',
  'node_modules/thread-stream/index.js': 'only with such a transport',
};
