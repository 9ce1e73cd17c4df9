import { z } from 'zod';

/** A whole number between two bounds, which the refusal names. Digits only: `0x10` and ` ` are no numbers here. */
function whole(min: number, max: number, fallback: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message)
    .default(fallback);
}

const file = z.string().min(1).optional();

/** Everything that the event log reads from its environment. The example is shown when a value is refused. */
export const variables = {
  DO_EVENT_LOG_PORT: { schema: whole(0, 65_535, 2_113), example: '2113' },
  DO_EVENT_LOG_HOST: { schema: z.string().min(1).default('127.0.0.1'), example: '127.0.0.1' },
  DO_EVENT_LOG_ADVERTISED: {
    schema: z
      .string()
      .regex(/^[^\s:]+:\d{1,5}$/, 'must be host:port; unset, members are told where it listens')
      .optional(),
    example: 'event-log:2113',
  },
  DO_EVENT_LOG_TLS_CERT: { schema: file, example: './tls/event-log.crt' },
  DO_EVENT_LOG_TLS_KEY: { schema: file, example: './tls/event-log.key' },
  DO_EVENT_LOG_HTTP_PORT: { schema: whole(0, 65_535, 0), example: '2114' },
  DO_DATA_DIR: { schema: z.string().min(1).default('./data'), example: './data' },
  DO_DRAIN_MS: { schema: whole(0, 3_600_000, 10_000), example: '10000' },
  DO_LOG_LEVEL: {
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    example: 'info',
  },
} as const;

export type ConfigName = keyof typeof variables;

/** A value that the event log cannot start with: names it, says what is wrong, and gives one that would do. */
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

export type EventLogConfig = z.output<typeof schema>;

/** @throws ConfigError with one line a wrong value; an empty string counts as not set */
export function readConfig(env: Record<string, string | undefined>): EventLogConfig {
  const given = Object.fromEntries(Object.keys(variables).map((name) => [name, env[name] || undefined]));
  const parsed = schema.safeParse(given);
  if (!parsed.success)
    throw new ConfigError(
      parsed.error.issues.map(({ path, message }) => complaint(String(path[0]), given, message)),
    );
  const { DO_EVENT_LOG_TLS_CERT: cert, DO_EVENT_LOG_TLS_KEY: key } = parsed.data;
  if ((cert === undefined) !== (key === undefined)) {
    const missing = cert === undefined ? 'DO_EVENT_LOG_TLS_CERT' : 'DO_EVENT_LOG_TLS_KEY';
    throw new ConfigError([complaint(missing, given, 'a certificate and its key belong together')]);
  }
  return parsed.data;
}

function complaint(name: string, given: Record<string, string | undefined>, message: string): string {
  const example = isConfigName(name) ? variables[name].example : '';
  return `${name}=${JSON.stringify(given[name] ?? '')}: ${message}. Example: ${name}=${example}`;
}

const isConfigName = (name: string): name is ConfigName => Object.hasOwn(variables, name);
