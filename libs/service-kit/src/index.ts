export { modulesIn } from './action-modules.js';
export { allocateYoung } from './allocate-young.js';
export { applyFlags } from './command-line.js';
export { ConfigError } from './config-error.js';
export { connectBus } from './connect-bus.js';
export { FILES_MAX, filesOf, type ImportGraph, realPath, touchedBy } from './imported-files.js';
export { type JoinedBus, joinBus } from './join-bus.js';
export { KeyVerifier } from './key-verifier.js';
export { lastResort } from './last-resort.js';
export { ActionModuleError, type ImportModule, loadActions } from './load-actions.js';
export { linesDropped } from './log-lines.js';
export { logLines, makeLogger } from './make-logger.js';
export { mendsItself } from './mends-itself.js';
export { Peers, type PeersParts, type SteadyTimer } from './peers.js';
export { createPrivateFile, writePrivateFile } from './private-file.js';
export { type Environment, readVariables, type Values } from './read-variables.js';
export { type ReadyPlatform, readyMessage } from './ready-message.js';
export {
  OtherLogOnTheBus,
  refuseOtherLog,
  refuseOtherLogBeside,
  tellServedLog,
} from './refuse-other-log.js';
export { refuseToStart } from './refuse-to-start.js';
export {
  endAtOnce,
  type RunningService,
  runService,
  type ServiceWorld,
} from './run-service.js';
export { stopOnSignal } from './stop-on-signal.js';
export { succeeds } from './succeeds.js';
export {
  CLOSE_THREAD,
  SupervisedThread,
  THREAD_READY,
  type ThreadPlan,
  type ThreadStart,
} from './supervised-thread.js';
export { tellOfEventLog } from './tell-of-event-log.js';
export { Turns } from './turns.js';
export {
  BUS_VARIABLES,
  healthListening,
  healthVariables,
  LIFE_VARIABLES,
  SERVICE_VARIABLES,
  VARIABLES,
  whole,
  wholeNumber,
} from './variables.js';
export { waitFor } from './wait-for.js';
export { type ToldHealth, withHealth } from './with-health.js';
