export type { EmbeddedEventStore } from './embedded/embedded-event-store.js';
export {
  type EmbeddedLogReaderOptions,
  type EventLogReader,
  openEmbeddedLogReader,
} from './embedded/embedded-log-reader.js';
export {
  CorruptLog,
  FolderInUse,
  ForeignEvent,
  FormatTooNew,
  NotAnEventLog,
} from './embedded/errors.js';
export {
  type EmbeddedEventStoreOptions,
  openEmbeddedEventStore,
} from './embedded/open-embedded-event-store.js';
export * from './errors.js';
export {
  LogAccessDenied,
  OtherLog,
  SecondLogClient,
  UnfitServer,
} from './esdb/errors.js';
export { type EsdbEventStoreOptions, openEsdbEventStore } from './esdb/open-esdb-event-store.js';
export {
  type EventLogServer,
  type EventLogServerOptions,
  type ServerCounts,
  startEventLogServer,
} from './event-log-server.js';
export * from './event-store.js';
export { lockFile } from './file-lock.js';
export type { OnForeignEvent, OnPassedOver, PassedOver } from './foreign-events.js';
export { InMemoryEventStore, type InMemoryEventStoreOptions } from './in-memory/in-memory-event-store.js';
export { type EventStoreOptions, openEventStore } from './open-event-store.js';
