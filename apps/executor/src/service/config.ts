import { parseKeyDigest } from '@action-do/contracts';
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
  whole,
} from '@action-do/service-kit';
import { z } from 'zod';
import { HTTP_ALLOW } from '../http/http-allow.js';

const HEALTH_PORT = 8_421;
const rootKey =
  'must be <key id>:<64 hex digits>, as `ado keys bootstrap` prints it: the digest, not the key';

/** Everything that an executor reads from its environment. */
export const EXECUTOR_VARIABLES = {
  ...BUS_VARIABLES,
  DO_EVENT_STORE: SERVICE_VARIABLES.DO_EVENT_STORE,
  DO_MASTER_KEY: SERVICE_VARIABLES.DO_MASTER_KEY,
  DO_TENANT: VARIABLES.DO_TENANT,
  DO_ROOT_KEY_DIGEST: {
    schema: z
      .string()
      .transform((text, context) => {
        const parsed = parseKeyDigest(text);
        if (parsed === null) context.addIssue(rootKey);
        return parsed ?? z.NEVER;
      })
      .optional(),
    example: `default-a1b2c3d4e5f6:${'0123456789abcdef'.repeat(4)}`,
    // Whoever takes the key itself for its digest must not find it in the log.
    secret: true,
  },
  DO_ACTIONS: VARIABLES.DO_ACTIONS,
  DO_HTTP_ALLOW: HTTP_ALLOW,
  DO_EXECUTOR_SLOTS: VARIABLES.DO_EXECUTOR_SLOTS,
  DO_EXECUTOR_QUEUE: VARIABLES.DO_EXECUTOR_QUEUE,
  DO_LEASE_MS: VARIABLES.DO_LEASE_MS,
  DO_STALL_MS: { schema: whole(100, 3_600_000, 30_000), example: '30000' },
  ...healthVariables(HEALTH_PORT),
  ...LIFE_VARIABLES,
} as const;

export type ExecutorConfig = Values<typeof EXECUTOR_VARIABLES>;

export const EXECUTOR_LISTENING = healthListening(HEALTH_PORT);

/** @throws ConfigError with one line a wrong value */
export const readConfig = (env: Environment): ExecutorConfig => readVariables(EXECUTOR_VARIABLES, env);
