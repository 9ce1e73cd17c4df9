export { GatewayModule, type GatewayParts } from './gateway.module.js';
export type { GatewayLog } from './gateway-log.js';
export { type GatewayOptions, startGateway } from './start-gateway.js';
