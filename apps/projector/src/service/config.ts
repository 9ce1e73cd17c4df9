import {
  type Environment,
  healthVariables,
  readVariables,
  SERVICE_VARIABLES,
  VARIABLES,
  type Values,
} from '@action-do/service-kit';

const HEALTH_PORT = 8_422;

/** Everything that a projector reads from its environment. */
export const PROJECTOR_VARIABLES = {
  DO_NATS_URL: SERVICE_VARIABLES.DO_NATS_URL,
  DO_INSECURE_DEV: VARIABLES.DO_INSECURE_DEV,
  DO_REQUIRE_NATS_ACL: VARIABLES.DO_REQUIRE_NATS_ACL,
  DO_EVENT_STORE: SERVICE_VARIABLES.DO_EVENT_STORE,
  DO_DATABASE_URL: SERVICE_VARIABLES.DO_DATABASE_URL,
  ...healthVariables(HEALTH_PORT),
  DO_DRAIN_MS: VARIABLES.DO_DRAIN_MS,
  DO_LOG_LEVEL: VARIABLES.DO_LOG_LEVEL,
} as const;

export type ProjectorConfig = Values<typeof PROJECTOR_VARIABLES>;

export const PROJECTOR_LISTENING = {
  host: 'DO_HEALTH_HOST',
  port: 'DO_HEALTH_PORT',
  example: (port: number) => `DO_HEALTH_PORT=${port}`,
  portDefault: HEALTH_PORT,
};

/** @throws ConfigError with one line a wrong value */
export const readConfig = (env: Environment): ProjectorConfig => readVariables(PROJECTOR_VARIABLES, env);
