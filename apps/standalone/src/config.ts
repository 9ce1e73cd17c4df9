import { TenantName } from '@action-do/contracts';
import { z } from 'zod';

/** A whole number between two bounds, which the refusal names. Digits only: `0x10` and ` ` are no numbers here. */
function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message);
}

const whole = (min: number, max: number, fallback: number) => wholeNumber(min, max).default(fallback);

/** Everything that standalone reads from its environment. The example is shown when a value is refused. */
const variables = {
  DO_HTTP_PORT: { schema: whole(0, 65_535, 8_420), example: '8420' },
  DO_HTTP_HOST: { schema: z.string().min(1).default('127.0.0.1'), example: '127.0.0.1' },
  DO_DATA_DIR: { schema: z.string().min(1).default('./data'), example: './data' },
  DO_TENANT: { schema: TenantName.default(TenantName.parse('default')), example: 'default' },
  DO_EVENT_STORE: {
    schema: z
      .string()
      .regex(
        /^embedded:/,
        'only embedded:<folder> is there yet; EventStoreDB (esdb://…) comes with the services',
      )
      .default('embedded:'),
    example: 'embedded:./data/log',
  },
  DO_EVENT_LOG_PORT: { schema: wholeNumber(0, 65_535).optional(), example: '2113' },
  DO_EVENT_LOG_HOST: { schema: z.string().min(1).default('127.0.0.1'), example: '127.0.0.1' },
  DO_NATS_URL: {
    schema: z
      .string()
      .regex(
        /^(nats|tls):\/\/[^\s]+$/,
        'must be nats://host:port or tls://host:port; unset, the bus is in-process',
      )
      .optional(),
    example: 'nats://127.0.0.1:4222',
  },
  DO_DATABASE_URL: {
    schema: z
      .string()
      .regex(
        /^(embedded:|postgres(ql)?:\/\/[^\s]+$)/,
        'must be embedded:<folder> or postgres://host:port/database',
      )
      .default('embedded:'),
    example: 'embedded:./data/views',
  },
  DO_INSECURE_DEV: {
    schema: z
      .enum(['0', '1'], 'must be 1 (lets a nats-server with known holes pass, for tests) or 0')
      .default('0'),
    example: '0',
  },
  DO_MASTER_KEY: {
    schema: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hex digits')
      .optional(),
    example: '64 hex digits, from: openssl rand -hex 32',
  },
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

/** Values that no message repeats. */
const SECRETS = new Set(['DO_MASTER_KEY']);

export type ConfigName = keyof typeof variables;

/** A value that the platform cannot start with: names it, says what is wrong, and gives one that would do. */
export class ConfigError extends Error {
  readonly code = 'CONFIG_INVALID';
  constructor(complaints: readonly string[]) {
    super(complaints.join('\n'));
    this.name = 'ConfigError';
  }
}

const schema = z.object(
  Object.fromEntries(Object.entries(variables).map(([name, { schema }]) => [name, schema])) as {
    [N in ConfigName]: (typeof variables)[N]['schema'];
  },
);

export type StandaloneConfig = z.output<typeof schema>;

/** @throws ConfigError with one line a wrong value; an empty string counts as not set */
export function readConfig(env: Record<string, string | undefined>): StandaloneConfig {
  const given = Object.fromEntries(Object.keys(variables).map((name) => [name, env[name] || undefined]));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    parsed.error.issues.map(({ path, message }) => {
      const name = String(path[0]);
      const example = isConfigName(name) ? variables[name].example : '';
      const shown = SECRETS.has(name) ? '(not shown)' : JSON.stringify(withoutPassword(given[name]));
      return `${name}=${shown}: ${message}. Example: ${name}=${example}`;
    }),
  );
}

/** User and password of a connection string stay out of what is printed. */
const withoutPassword = (value = ''): string => value.replace(/\/\/[^/@]*@/, '//…@');

const isConfigName = (name: string): name is ConfigName => Object.hasOwn(variables, name);
