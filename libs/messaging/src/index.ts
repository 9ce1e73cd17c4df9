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
export { BusClosed, BusTimeout, NoResponder, PayloadTooLarge } from './errors.js';
export type { OnHandlerError } from './handler-runs.js';
export { header } from './header.js';
export { InProcessBus, type InProcessBusOptions } from './in-process/in-process-bus.js';
export { SlowSubscriber } from './in-process/slow-subscriber.js';
export { ThreadBus, type ThreadBusOptions } from './in-process/thread-bus.js';
export { assertPattern, assertSubject, wildcardTokens } from './subject-pattern.js';
