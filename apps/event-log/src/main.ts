import { runService } from '@action-do/service-kit';
import { EVENT_LOG_LISTENING, readConfig } from './config.js';
import { startEventLog } from './start-event-log.js';

await runService({
  name: 'event-log',
  listening: EVENT_LOG_LISTENING,
  readConfig,
  start: startEventLog,
});
