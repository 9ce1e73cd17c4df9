import { runService } from '@action-do/service-kit';
import { EXECUTOR_LISTENING, readConfig } from './service/config.js';
import { startExecutorService } from './service/start-executor-service.js';

await runService({
  name: 'executor',
  listening: EXECUTOR_LISTENING,
  readConfig,
  start: startExecutorService,
});
