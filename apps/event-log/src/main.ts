import { endAtOnce, runService } from '@action-do/service-kit';
import { readConfig } from './config.js';
import { startEventLog } from './start-event-log.js';

await runService({
  name: 'event-log',
  listening: {
    host: 'DO_EVENT_LOG_HOST',
    port: 'DO_EVENT_LOG_PORT',
    example: (port) => `DO_EVENT_LOG_PORT=${port}`,
    portDefault: 2_113,
  },
  readConfig,
  start: async (config, { logger, from }) => {
    const onFatal = (error: Error): void => endAtOnce(`the event log cannot be written: ${error.message}`);
    const { url, folder, logId, statusUrl, close } = await startEventLog(config, logger, { from, onFatal });
    const status = statusUrl === null ? '' : `\n  status    ${statusUrl}/health/ready`;
    return { readyMessage: `event log ready at ${url}\n  log       ${logId} in ${folder}${status}`, close };
  },
});
