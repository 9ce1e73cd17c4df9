import type { ActionContext } from '../action-context.js';
import type { ActionDefinition } from '../action-definition.js';
import { guardContext } from '../guard-context.js';
import type { JsonObject, JsonValue } from '../json.js';
import { describeThrown } from './describe-thrown.js';
import { secretsOf } from './perform-action.js';
import type { Performed } from './performed.js';

/**
 * Calls the author's undo in this process and says what it came to; never rejects. Success has the result null. Params
 * and result are as they were recorded, and copies: what the undo does to them changes no record.
 */
export async function performUndo(
  definition: ActionDefinition,
  params: JsonObject,
  result: JsonValue,
  context: ActionContext,
): Promise<Performed> {
  if (!definition.undo) return failed('ACTION_FAILED', 'the action has no undo');
  let secrets = secretsOf(definition, [params], result);
  try {
    const copy: { params: JsonObject; result: JsonValue } = JSON.parse(JSON.stringify({ params, result }));
    const parsed = definition.parseParams(copy.params);
    if (!parsed.ok) return failed('PARAMS_INVALID', 'the action refuses the params that it once took');
    secrets = secretsOf(definition, [params, parsed.value], result);
    await definition.undo(parsed.value, copy.result, guardContext(context, secrets));
    return { ok: true, result: null };
  } catch (error) {
    return describeThrown(error, secrets);
  }
}

/** Nothing was begun, and a repeat would come to the same. */
const failed = (code: 'ACTION_FAILED' | 'PARAMS_INVALID', message: string): Performed => ({
  ok: false,
  error: { code, message },
  effect: 'none',
  retryable: false,
});
