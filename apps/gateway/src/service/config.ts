import {
  BUS_VARIABLES,
  type Environment,
  LIFE_VARIABLES,
  readVariables,
  VARIABLES,
  type Values,
} from '@action-do/service-kit';

/** Everything that a gateway reads from its environment. */
export const GATEWAY_VARIABLES = {
  DO_HTTP_PORT: VARIABLES.DO_HTTP_PORT,
  DO_HTTP_HOST: VARIABLES.DO_HTTP_HOST,
  ...BUS_VARIABLES,
  ...LIFE_VARIABLES,
} as const;

export type GatewayConfig = Values<typeof GATEWAY_VARIABLES>;

/** @throws ConfigError with one line a wrong value */
export const readConfig = (env: Environment): GatewayConfig => readVariables(GATEWAY_VARIABLES, env);
