import { types } from 'node:util';
import type { ActionContext } from './action-context.js';
import { Hiding } from './hide.js';
import type { JsonObject, JsonValue } from './json.js';
import { LazyContext } from './lazy-context.js';

/** A context whose logger repeats none of the sensitive values, whatever the author gives it; it never throws because of them. */
export function guardContext(context: ActionContext, secrets: readonly string[]): ActionContext {
  if (secrets.length === 0) return context;
  const guarded =
    (level: keyof ActionContext['logger']): ActionContext['logger']['info'] =>
    (message, fields) =>
      context.logger[level](
        textOf(message, secrets),
        ...(fields === undefined ? [] : [fieldsOf(fields, secrets)]),
      );
  const { executionId, idempotencyKey, attempt } = context;
  const heartbeat = (): void => context.heartbeat();
  const said = { executionId, idempotencyKey, attempt, heartbeat };
  return new LazyContext(said, {
    stopper: context,
    deadlineMs: () => context.deadlineMs,
    logger: () => ({
      debug: guarded('debug'),
      info: guarded('info'),
      warn: guarded('warn'),
      error: guarded('error'),
    }),
  });
}

function textOf(message: unknown, secrets: readonly string[]): string {
  try {
    return new Hiding(secrets).text(String(message));
  } catch {
    return 'a message that cannot be read';
  }
}

/** JSON first, for a value may hide what it is made of from whoever only looks at its members. */
function fieldsOf(fields: unknown, secrets: readonly string[]): JsonObject {
  try {
    const json: JsonValue = JSON.parse(JSON.stringify(fields, readable));
    const hidden = new Hiding(secrets).json(json);
    return typeof hidden === 'object' && hidden !== null && !Array.isArray(hidden)
      ? hidden
      : { fields: hidden };
  } catch {
    return { fields: 'left out: not JSON' };
  }
}

/** What JSON has no word for, or an empty one. */
function readable(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (!(value instanceof Error || types.isNativeError(value))) return value;
  const { name, message, stack, cause } = value;
  return { ...value, type: name, message, stack, ...(cause === undefined ? {} : { cause }) };
}
