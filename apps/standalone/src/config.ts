import { HTTP_ALLOW } from '@action-do/executor';
import { type Environment, readVariables, VARIABLES, type Values, wholeNumber } from '@action-do/service-kit';
import { z } from 'zod';

/** Everything that standalone reads from its environment. The example is shown when a value is refused. */
export const STANDALONE_VARIABLES = {
  DO_HTTP_PORT: VARIABLES.DO_HTTP_PORT,
  DO_HTTP_HOST: VARIABLES.DO_HTTP_HOST,
  DO_DATA_DIR: VARIABLES.DO_DATA_DIR,
  DO_TENANT: VARIABLES.DO_TENANT,
  DO_EVENT_STORE: {
    schema: z
      .string()
      .regex(
        /^embedded:/,
        'must be embedded:<folder>: standalone holds its log itself, and EventStoreDB (esdb://…) is for the services',
      )
      .default('embedded:'),
    example: 'embedded:./data/log',
    secret: true,
  },
  DO_EVENT_LOG_PORT: { schema: wholeNumber(0, 65_535).optional(), example: '2113' },
  DO_EVENT_LOG_HOST: { schema: z.string().min(1).default('127.0.0.1'), example: '127.0.0.1' },
  DO_NATS_URL: VARIABLES.DO_NATS_URL,
  DO_DATABASE_URL: {
    schema: z
      .string()
      .regex(
        /^(embedded:|postgres(ql)?:\/\/[^\s]+$)/,
        'must be embedded:<folder> or postgres://host:port/database',
      )
      .default('embedded:'),
    example: 'embedded:./data/views',
    secret: true,
  },
  DO_INSECURE_DEV: VARIABLES.DO_INSECURE_DEV,
  DO_REQUIRE_NATS_ACL: VARIABLES.DO_REQUIRE_NATS_ACL,
  DO_MASTER_KEY: VARIABLES.DO_MASTER_KEY,
  DO_ACTIONS: VARIABLES.DO_ACTIONS,
  DO_ACTIONS_WATCH: {
    schema: z
      .enum(['0', '1'], 'must be 1 (modules of actions are loaded anew when they change) or 0')
      .default('1'),
    example: '0',
  },
  DO_HTTP_ALLOW: HTTP_ALLOW,
  DO_EXECUTOR_SLOTS: VARIABLES.DO_EXECUTOR_SLOTS,
  DO_EXECUTOR_QUEUE: VARIABLES.DO_EXECUTOR_QUEUE,
  DO_LEASE_MS: VARIABLES.DO_LEASE_MS,
  DO_DRAIN_MS: VARIABLES.DO_DRAIN_MS,
  DO_LOG_LEVEL: VARIABLES.DO_LOG_LEVEL,
} as const;

export type StandaloneConfig = Values<typeof STANDALONE_VARIABLES>;

/** @throws ConfigError with one line a wrong value; an empty string counts as not set */
export const readConfig = (env: Environment): StandaloneConfig => readVariables(STANDALONE_VARIABLES, env);
