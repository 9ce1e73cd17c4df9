import { TenantName } from '@action-do/contracts';
import { z } from 'zod';

/** A whole number between two bounds, which the refusal names. Digits only: `0x10` and ` ` are no numbers here. */
export function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message);
}

export const whole = (min: number, max: number, fallback: number) => wholeNumber(min, max).default(fallback);

const NATS_URL = /^(nats|tls):\/\/[^\s]+$/;
const POSTGRES_URL = /^postgres(ql)?:\/\/[^\s]+$/;
const ESDB_URL = /^(esdb|kurrentdb|kurrent|kdb)(\+discover)?:\/\/[^\s]+$/;

const httpPort = { schema: whole(0, 65_535, 8_420), example: '8420' };
const master = { example: '64 hex digits, from: openssl rand -hex 32', secret: true };
const masterKey = z.string().regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hex digits');

/** Variables that several processes read: the same name means the same everywhere. */
export const VARIABLES = {
  DO_HTTP_PORT: httpPort,
  DO_HTTP_HOST: { schema: z.string().min(1).default('127.0.0.1'), example: '127.0.0.1' },
  DO_DATA_DIR: { schema: z.string().min(1).default('./data'), example: './data' },
  DO_TENANT: { schema: TenantName.default(TenantName.parse('default')), example: 'default' },
  DO_NATS_URL: {
    schema: z
      .string()
      .regex(NATS_URL, 'must be nats://host:port or tls://host:port; unset, the bus is in-process')
      .optional(),
    example: 'nats://127.0.0.1:4222',
    secret: true,
  },
  DO_INSECURE_DEV: {
    schema: z
      .enum(['0', '1'], 'must be 1 (lets a nats-server with known holes pass, for tests) or 0')
      .default('0'),
    example: '0',
  },
  DO_REQUIRE_NATS_ACL: {
    schema: z
      .enum(['0', '1'], 'must be 1 (refuses a nats-server that lets this user do what is not for it) or 0')
      .default('0'),
    example: '0',
  },
  DO_MASTER_KEY: { schema: masterKey.optional(), ...master },
  DO_ACTIONS: { schema: z.string().default(''), example: './my-actions.ts,./billing.js' },
  DO_EXECUTOR_SLOTS: { schema: whole(1, 1_000_000, 256), example: '256' },
  DO_EXECUTOR_QUEUE: { schema: whole(1, 1_000_000, 1_024), example: '1024' },
  DO_LEASE_MS: { schema: whole(100, 60_000, 2_000), example: '2000' },
  DO_DRAIN_MS: { schema: whole(0, 3_600_000, 10_000), example: '10000' },
  DO_LOG_LEVEL: {
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    example: 'info',
  },
} as const;

const natsUrl = 'must be nats://host:port or tls://host:port: services talk over NATS alone';
const eventStore =
  'must be esdb://host:port: an embedded folder is held by one process, and services are several; ' +
  'apps/event-log serves such a folder as esdb://';
const database =
  'must be postgres://host:port/database: embedded views are read by the process that writes them, and projectors are several';

/** What a service needs of the world, and standalone has in its own process: without a default. */
export const SERVICE_VARIABLES = {
  DO_NATS_URL: {
    schema: z.string(natsUrl).regex(NATS_URL, natsUrl),
    example: 'nats://127.0.0.1:4222',
    secret: true,
  },
  DO_EVENT_STORE: {
    schema: z.string(eventStore).regex(ESDB_URL, eventStore),
    example: 'esdb://127.0.0.1:2113?tls=false',
    secret: true,
  },
  DO_DATABASE_URL: {
    schema: z.string(database).regex(POSTGRES_URL, database),
    example: 'postgres://action_do@127.0.0.1:5432/action_do',
    secret: true,
  },
  DO_MASTER_KEY: {
    schema: z
      .string('must be 64 hex digits, the same for all executors')
      .regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hex digits, the same for all executors'),
    ...master,
  },
} as const;

/** The bus of a service, which all of them have. */
export const BUS_VARIABLES = {
  DO_NATS_URL: SERVICE_VARIABLES.DO_NATS_URL,
  DO_INSECURE_DEV: VARIABLES.DO_INSECURE_DEV,
  DO_REQUIRE_NATS_ACL: VARIABLES.DO_REQUIRE_NATS_ACL,
} as const;

/** What `runService` reads of any process. */
export const LIFE_VARIABLES = {
  DO_DRAIN_MS: VARIABLES.DO_DRAIN_MS,
  DO_LOG_LEVEL: VARIABLES.DO_LOG_LEVEL,
} as const;

/** Where a service that has no HTTP of its own tells of its health. */
export const healthVariables = (port: number) =>
  ({
    DO_HEALTH_HOST: { schema: z.string().min(1).default('127.0.0.1'), example: '0.0.0.0' },
    DO_HEALTH_PORT: { schema: whole(0, 65_535, port), example: String(port) },
  }) as const;

/** What is said of that port where it cannot be had. */
export const healthListening = (portDefault: number) => ({
  host: 'DO_HEALTH_HOST',
  port: 'DO_HEALTH_PORT',
  example: (port: number) => `DO_HEALTH_PORT=${port}`,
  portDefault,
});
