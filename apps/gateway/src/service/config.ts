import {
  type Environment,
  readVariables,
  SERVICE_VARIABLES,
  VARIABLES,
  type Values,
} from '@action-do/service-kit';

/** Everything that a gateway reads from its environment. */
export const GATEWAY_VARIABLES = {
  DO_HTTP_PORT: VARIABLES.DO_HTTP_PORT,
  DO_HTTP_HOST: VARIABLES.DO_HTTP_HOST,
  DO_NATS_URL: SERVICE_VARIABLES.DO_NATS_URL,
  DO_INSECURE_DEV: VARIABLES.DO_INSECURE_DEV,
  DO_REQUIRE_NATS_ACL: VARIABLES.DO_REQUIRE_NATS_ACL,
  DO_DRAIN_MS: VARIABLES.DO_DRAIN_MS,
  DO_LOG_LEVEL: VARIABLES.DO_LOG_LEVEL,
} as const;

export type GatewayConfig = Values<typeof GATEWAY_VARIABLES>;

/** @throws ConfigError with one line a wrong value */
export const readConfig = (env: Environment): GatewayConfig => readVariables(GATEWAY_VARIABLES, env);
