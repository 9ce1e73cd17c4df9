import type { ActionContext } from '../action-context.js';
import type { ActionDefinition, ProbeAnswer } from '../action-definition.js';
import { guardContext } from '../guard-context.js';
import { secretsFrom } from '../hide.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { Issue } from '../parse-values.js';
import { Sensitive } from '../sensitive.js';
import { cut, describeThrown } from './describe-thrown.js';
import type { NotPerformed, Performed, PerformedText, PerformFailure } from './performed.js';
import { isTextTooDeep } from './result-depth.js';

/** Largest result in bytes of JSON; checked before it is recorded. */
export const RESULT_BYTES_MAX = 512 * 1024;
/** Of the issues that an author's schema finds: the first tell enough, and all of them may be more than a log takes. */
const ISSUES_MAX = 20;

/**
 * Calls the author's code in this process and says what it came to; never rejects. The params are a copy: what the
 * handler does to them changes neither the record nor what a next attempt gets.
 */
export async function performAction(
  definition: ActionDefinition,
  params: JsonObject,
  context: ActionContext,
): Promise<Performed> {
  return parsedOf(await performGiven(definition, copyOf(params), context));
}

/** As `performAction`. @param params given away: the handler may change them */
export async function performGiven(
  definition: ActionDefinition,
  params: JsonObject,
  context: ActionContext,
): Promise<PerformedText> {
  let secrets = secretsOf(definition, [params]);
  let parsed: ReturnType<ActionDefinition['parseParams']>;
  try {
    parsed = definition.parseParams(params);
    // A schema may have changed them: what code gets is what it repeats.
    if (parsed.ok) secrets = secretsOf(definition, [params, parsed.value]);
  } catch (error) {
    // A schema may run code of its author's, too. Nothing was done yet.
    return { ...describeThrown(error, secrets), effect: 'none', retryable: false };
  }
  if (!parsed.ok)
    return refused(
      'PARAMS_INVALID',
      'the action refuses the params',
      'none',
      issuesAt('params', parsed.issues),
    );
  let given: unknown;
  try {
    given = await definition.run(parsed.value, guardContext(context, secrets));
  } catch (error) {
    return describeThrown(error, secrets);
  }
  return readResult(definition, given);
}

/** Asks the author's probe what became of earlier attempts; trouble while asking is `unknown`. */
export async function performProbe(
  definition: ActionDefinition,
  params: JsonObject,
  context: ActionContext,
): Promise<ProbeAnswer<JsonValue>> {
  try {
    const parsed = definition.parseParams(copyOf(params));
    if (!parsed.ok || !definition.probe) return { state: 'unknown' };
    const secrets = secretsOf(definition, [params, parsed.value]);
    const answer = await definition.probe(parsed.value, guardContext(context, secrets));
    if (answer.state !== 'applied')
      return { state: answer.state === 'not-applied' ? 'not-applied' : 'unknown' };
    const result = parsedOf(readResult(definition, answer.result));
    return result.ok ? { state: 'applied', result: result.result } : { state: 'unknown' };
  } catch {
    return { state: 'unknown' };
  }
}

/**
 * Of params, and of the result where there is one, what must not be repeated, as `Hiding` takes it.
 * @param params as sent, and as the schema changed them
 */
export function secretsOf(
  { paramsJsonSchema, resultJsonSchema }: Pick<ActionDefinition, 'paramsJsonSchema' | 'resultJsonSchema'>,
  params: readonly unknown[],
  result?: JsonValue,
): readonly string[] {
  const [ofParams, ofResult] = [Sensitive.of(paramsJsonSchema), Sensitive.of(resultJsonSchema)];
  if (ofParams === null && (ofResult === null || result === undefined)) return NOTHING;
  return secretsFrom([
    ...params.flatMap((some) => ofParams?.textsIn(some) ?? []),
    ...(ofResult?.textsIn(result) ?? []),
  ]);
}

const NOTHING: readonly string[] = [];

/** Of what came from JSON; a third cheaper than structuredClone. */
function copyOf(params: JsonObject): JsonObject {
  const copy: JsonObject = JSON.parse(JSON.stringify(params));
  return copy;
}

/** The handler came to its end, so its effect is applied whatever is wrong with what it gave back. */
function readResult(definition: ActionDefinition, given: unknown): PerformedText {
  let text: string | undefined;
  try {
    const parsed = definition.parseResult(given);
    if (!parsed.ok)
      return refused(
        'RESULT_INVALID',
        'the result does not fit the schema of the action',
        'applied',
        issuesAt('result', parsed.issues),
      );
    text = JSON.stringify(parsed.value);
  } catch {
    // A cycle, a bigint, a schema or a getter that throws: falls through as no text at all.
  }
  if (text === undefined) return refused('RESULT_INVALID', 'the result cannot be written as JSON', 'applied');
  const bytes = Buffer.byteLength(text);
  if (bytes > RESULT_BYTES_MAX)
    return refused(
      'RESULT_TOO_LARGE',
      `the result has ${bytes} bytes, at most ${RESULT_BYTES_MAX} are kept`,
      'applied',
    );
  if (isTextTooDeep(text))
    return refused('RESULT_INVALID', 'the result is nested too deep to be kept', 'applied');
  return { ok: true, text };
}

/** From its text, so that nothing the handler still holds can change what is recorded. */
const parsedOf = (performed: PerformedText): Performed =>
  performed.ok ? { ok: true, result: JSON.parse(performed.text) } : performed;

function refused(
  code: PerformFailure['code'],
  message: string,
  effect: 'none' | 'applied',
  issues?: Issue[],
): NotPerformed {
  return { ok: false, error: { code, message, ...(issues ? { issues } : {}) }, effect, retryable: false };
}

const issuesAt = (root: string, issues: readonly Issue[]): Issue[] =>
  issues.slice(0, ISSUES_MAX).map(({ path, code, message }) => ({
    path: cut(path === '' ? root : `${root}${path.startsWith('[') ? '' : '.'}${path}`),
    code: cut(code),
    message: cut(message),
  }));
