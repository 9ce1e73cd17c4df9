export {
  ConfigError,
  type EventLogConfig,
  readConfig,
  variables as EVENT_LOG_VARIABLES,
} from './config.js';
export {
  type EventLogSurroundings,
  type RunningEventLog,
  startEventLog,
} from './start-event-log.js';
