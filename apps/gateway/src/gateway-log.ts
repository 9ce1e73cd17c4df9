/** What the gateway logs through; pino fits. */
export interface GatewayLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const GATEWAY_LOG = Symbol('gateway log');
