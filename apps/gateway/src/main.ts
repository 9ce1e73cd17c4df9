import { runService } from '@action-do/service-kit';
import { readConfig } from './service/config.js';
import { startGatewayService } from './service/start-gateway-service.js';

await runService({
  name: 'gateway',
  listening: {
    host: 'DO_HTTP_HOST',
    port: 'DO_HTTP_PORT',
    example: (port) => `DO_HTTP_PORT=${port}`,
    portDefault: 8_420,
  },
  readConfig,
  start: startGatewayService,
});
