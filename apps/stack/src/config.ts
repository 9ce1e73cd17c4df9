import {
  type Environment,
  readVariables,
  SERVICE_VARIABLES,
  VARIABLES,
  type Values,
  whole,
} from '@action-do/service-kit';

const givenOrStarted = <S extends 'DO_NATS_URL' | 'DO_EVENT_STORE' | 'DO_DATABASE_URL'>(name: S) => ({
  schema: SERVICE_VARIABLES[name].schema.optional(),
  example: SERVICE_VARIABLES[name].example,
  secret: SERVICE_VARIABLES[name].secret,
});

/** What the stack itself reads; the rest of the environment is for the services. A server that is named is not started. */
export const STACK_VARIABLES = {
  DO_HTTP_PORT: VARIABLES.DO_HTTP_PORT,
  DO_HTTP_HOST: VARIABLES.DO_HTTP_HOST,
  DO_DATA_DIR: VARIABLES.DO_DATA_DIR,
  DO_TENANT: VARIABLES.DO_TENANT,
  DO_NATS_URL: givenOrStarted('DO_NATS_URL'),
  DO_EVENT_STORE: givenOrStarted('DO_EVENT_STORE'),
  DO_DATABASE_URL: givenOrStarted('DO_DATABASE_URL'),
  DO_MASTER_KEY: VARIABLES.DO_MASTER_KEY,
  DO_ACTIONS: VARIABLES.DO_ACTIONS,
  DO_STACK_SIZE: { schema: whole(1, 8, 1), example: '2' },
  DO_DRAIN_MS: VARIABLES.DO_DRAIN_MS,
  DO_LOG_LEVEL: VARIABLES.DO_LOG_LEVEL,
} as const;

export type StackConfig = Values<typeof STACK_VARIABLES>;

/** @throws ConfigError with one line a wrong value */
export const readConfig = (env: Environment): StackConfig => readVariables(STACK_VARIABLES, env);
