export { findProgram } from './find-program.js';
export { freePort } from './free-port.js';
export {
  type NatsServer,
  type NatsServerOptions,
  natsServerProgram,
  startNatsServer,
} from './nats-server.js';
export {
  type PostgresServer,
  postgresProgram,
  startPostgres,
} from './postgres-server.js';
export { ProcessNotReady, type ProcessPlan, type StartedProcess, startProcess } from './started-process.js';
export { temporaryFolder } from './temporary-folder.js';
export { until } from './until.js';
