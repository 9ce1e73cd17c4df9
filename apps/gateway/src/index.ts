export type { Answer } from './bus/answer.js';
export { Asker } from './bus/asker.js';
export { type Asking, ExecutorClient } from './executions/executor.client.js';
export { GatewayModule, type GatewayParts } from './gateway.module.js';
export type { GatewayLog } from './gateway-log.js';
export { RequestRefused } from './http/request-refused.js';
export { GATEWAY_VARIABLES } from './service/config.js';
export { type GatewayOptions, startGateway } from './start-gateway.js';
