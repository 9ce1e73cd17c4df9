export type {
  Bus,
  BusHandler,
  BusHeaders,
  BusMessage,
  BusReply,
  BusSubscription,
  RequestOptions,
  SubscribeOptions,
} from './bus.js';
export {
  BusClosed,
  BusInterrupted,
  BusTimeout,
  BusUnreachable,
  NoResponder,
  PayloadTooLarge,
} from './errors.js';
export type { OnHandlerError } from './handler-runs.js';
export { header } from './header.js';
export { InFlight } from './in-flight.js';
export { InProcessBus, type InProcessBusOptions } from './in-process/in-process-bus.js';
export { ThreadBus, type ThreadBusOptions } from './in-process/thread-bus.js';
export { connectNats } from './nats/connect-nats.js';
export { checkNatsRights, type NatsDeed, type NatsRightsCheck } from './nats/excess-rights.js';
export type { NatsBus, NatsBusOptions, NatsBusStatus } from './nats/nats-bus-options.js';
export {
  NatsPermissionDenied,
  NatsRightsTooWide,
  NatsUnavailable,
  StreamCoversRequests,
  StreamsUnchecked,
  UnsafeNatsServer,
} from './nats/nats-errors.js';
export { NATS_STREAM_LIST } from './nats/stream-check.js';
export { SlowSubscriber } from './slow-subscriber.js';
export { Stopper, type StopSignal } from './stopper.js';
export { assertPattern, assertSubject, wildcardTokens } from './subject-pattern.js';
