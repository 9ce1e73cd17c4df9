import { z } from 'zod';
import { ConfigError } from './config-error.js';

/** One environment variable: what it may be, and a value that would do, shown when another is refused. */
export interface Variable {
  readonly schema: z.ZodType;
  readonly example: string;
  /** No message repeats the value, not in part either: nobody knows where in a malformed one the password is. */
  readonly secret?: boolean;
}

export type Variables = Readonly<Record<string, Variable>>;
type Shape<V extends Variables> = { [N in keyof V]: V[N]['schema'] };
/** What was read, by name. */
export type Values<V extends Variables> = z.output<z.ZodObject<Shape<V>>>;

export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws ConfigError with one line a wrong value; an empty string counts as not set */
export function readVariables<V extends Variables>(variables: V, env: Environment): Values<V> {
  const schema = z.object(
    Object.fromEntries(Object.entries(variables).map(([name, { schema }]) => [name, schema])) as Shape<V>,
  );
  const given = Object.fromEntries(Object.keys(variables).map((name) => [name, env[name] || undefined]));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    parsed.error.issues.map(({ path, message }) => {
      const name = String(path[0]);
      const { example = '', secret = false } = variables[name] ?? {};
      const value = given[name];
      const shown = secret && value !== undefined ? '(not shown)' : JSON.stringify(value ?? '');
      return `${name}=${shown}: ${message}. Example: ${name}=${example}`;
    }),
  );
}
