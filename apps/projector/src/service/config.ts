import {
  BUS_VARIABLES,
  type Environment,
  healthListening,
  healthVariables,
  LIFE_VARIABLES,
  readVariables,
  SERVICE_VARIABLES,
  VARIABLES,
  type Values,
} from '@action-do/service-kit';

const HEALTH_PORT = 8_422;

/** Everything that a projector reads from its environment. */
export const PROJECTOR_VARIABLES = {
  ...BUS_VARIABLES,
  DO_EVENT_STORE: SERVICE_VARIABLES.DO_EVENT_STORE,
  DO_DATABASE_URL: SERVICE_VARIABLES.DO_DATABASE_URL,
  DO_LEASE_MS: VARIABLES.DO_LEASE_MS,
  ...healthVariables(HEALTH_PORT),
  ...LIFE_VARIABLES,
} as const;

export type ProjectorConfig = Values<typeof PROJECTOR_VARIABLES>;

export const PROJECTOR_LISTENING = healthListening(HEALTH_PORT);

/** @throws ConfigError with one line a wrong value */
export const readConfig = (env: Environment): ProjectorConfig => readVariables(PROJECTOR_VARIABLES, env);
