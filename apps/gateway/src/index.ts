export { GatewayModule, type GatewayParts } from './gateway.module.js';
export type { GatewayLog } from './gateway-log.js';
export { GATEWAY_VARIABLES } from './service/config.js';
export { type GatewayOptions, startGateway } from './start-gateway.js';
