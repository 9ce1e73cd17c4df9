import { runService } from '@action-do/service-kit';
import { PROJECTOR_LISTENING, readConfig } from './service/config.js';
import { startProjectorService } from './service/start-projector-service.js';

await runService({
  name: 'projector',
  listening: PROJECTOR_LISTENING,
  readConfig,
  start: startProjectorService,
});
