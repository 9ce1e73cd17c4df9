export type { BusAnswer } from './bus-answer.js';
export { BusContext } from './bus-context.js';
export { BusServer, type BusServerOptions, busTransport } from './bus-server.js';
export { PassErrorsFilter } from './pass-errors.filter.js';
