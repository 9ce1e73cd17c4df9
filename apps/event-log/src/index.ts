export { EVENT_LOG_VARIABLES, type EventLogConfig, readConfig } from './config.js';
export { type RunningEventLog, startEventLog } from './start-event-log.js';
