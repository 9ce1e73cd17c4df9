import { TenantName } from '@action-do/contracts';
import { z } from 'zod';

const port = z.coerce.number('must be a port number').int().min(0).max(65_535);
const count = (fallback: number) =>
  z.coerce.number('must be a whole number').int().min(1).max(1_000_000).default(fallback);

/** Everything that standalone reads from its environment. The example is shown when a value is refused. */
const variables = {
  DO_HTTP_PORT: { schema: port.default(8420), example: '8420' },
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
  DO_NATS_URL: {
    schema: z.undefined('a NATS bus is not there yet: leave it unset for the in-process bus'),
    example: '(unset)',
  },
  DO_DATABASE_URL: { schema: z.undefined('views are not there yet: leave it unset'), example: '(unset)' },
  DO_MASTER_KEY: {
    schema: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hex digits')
      .optional(),
    example: '64 hex digits, from: openssl rand -hex 32',
  },
  DO_ACTIONS: { schema: z.string().default(''), example: './my-actions.ts,./billing.js' },
  DO_EXECUTOR_SLOTS: { schema: count(256), example: '256' },
  DO_EXECUTOR_QUEUE: { schema: count(1_024), example: '1024' },
  DO_DRAIN_MS: {
    schema: z.coerce.number('must be milliseconds').int().min(0).max(3_600_000).default(10_000),
    example: '10000',
  },
  DO_LOG_LEVEL: {
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    example: 'info',
  },
} as const;

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
      return `${name}=${JSON.stringify(given[name])}: ${message}. Example: ${name}=${example}`;
    }),
  );
}

const isConfigName = (name: string): name is ConfigName => Object.hasOwn(variables, name);
