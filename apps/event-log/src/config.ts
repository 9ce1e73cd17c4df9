import {
  ConfigError,
  type Environment,
  readVariables,
  VARIABLES,
  type Values,
  whole,
} from '@action-do/service-kit';
import { z } from 'zod';

const PORT = 2_113;
const ADVERTISED = /^[^\s:]+:(\d{1,5})$/;
/** Nobody can be sent to port 0, or to one that there is not. */
const isAdvertised = (value: string): boolean => {
  const port = Number(ADVERTISED.exec(value)?.[1]);
  return port >= 1 && port <= 65_535;
};
const file = z.string().min(1).optional();

/** Everything that the event log reads from its environment. */
export const EVENT_LOG_VARIABLES = {
  DO_EVENT_LOG_PORT: { schema: whole(0, 65_535, PORT), example: String(PORT) },
  DO_EVENT_LOG_HOST: { schema: z.string().min(1).default('127.0.0.1'), example: '0.0.0.0' },
  DO_EVENT_LOG_ADVERTISED: {
    schema: z
      .string()
      .refine(
        isAdvertised,
        'must be host:port; unset, members are told where it listens, if that is one address',
      )
      .optional(),
    example: 'event-log:2113',
  },
  DO_EVENT_LOG_TLS_CERT: { schema: file, example: './tls/event-log.crt' },
  DO_EVENT_LOG_TLS_KEY: { schema: file, example: './tls/event-log.key' },
  DO_EVENT_LOG_HTTP_PORT: { schema: whole(0, 65_535, 0), example: '2114' },
  DO_DATA_DIR: VARIABLES.DO_DATA_DIR,
  DO_DRAIN_MS: VARIABLES.DO_DRAIN_MS,
  DO_LOG_LEVEL: VARIABLES.DO_LOG_LEVEL,
} as const;

export type EventLogConfig = Values<typeof EVENT_LOG_VARIABLES>;

export const EVENT_LOG_LISTENING = {
  host: 'DO_EVENT_LOG_HOST',
  port: 'DO_EVENT_LOG_PORT',
  example: (port: number) => `DO_EVENT_LOG_PORT=${port}`,
  portDefault: PORT,
};

/** @throws ConfigError with one line a wrong value; an empty string counts as not set */
export function readConfig(env: Environment): EventLogConfig {
  const config = readVariables(EVENT_LOG_VARIABLES, env);
  const { DO_EVENT_LOG_TLS_CERT: cert, DO_EVENT_LOG_TLS_KEY: key } = config;
  if ((cert === undefined) === (key === undefined)) return config;
  const missing = cert === undefined ? 'DO_EVENT_LOG_TLS_CERT' : 'DO_EVENT_LOG_TLS_KEY';
  const { example } = EVENT_LOG_VARIABLES[missing];
  throw new ConfigError([
    `${missing}="": a certificate and its key belong together. Example: ${missing}=${example}`,
  ]);
}
