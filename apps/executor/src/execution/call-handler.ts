import type { ErrorCause, Failure, Issue, JsonObject, JsonValue } from '@action-do/contracts';
import type { AttemptOutcome, ProbeAnswer } from '@action-do/domain';
import { type ActionContext, isActionError } from '@do-sdk/actions';
import type { RegisteredAction } from '../registry/registered-action.js';

/** Largest result in bytes of JSON; checked before it is recorded. */
export const RESULT_BYTES_MAX = 512 * 1024;
const MESSAGE_LENGTH_MAX = 1_000;

/** Calls the author's code in this process and says what it came to; never rejects. */
export async function callHandler(
  { definition }: RegisteredAction,
  params: JsonObject,
  context: ActionContext,
): Promise<AttemptOutcome> {
  const parsed = definition.parseParams(params);
  if (!parsed.ok)
    return refused(
      'PARAMS_INVALID',
      'the action refuses the params',
      'none',
      issuesAt('params', parsed.issues),
    );
  let given: unknown;
  try {
    given = await definition.run(parsed.value, context);
  } catch (error) {
    return thrown(error);
  }
  return readResult(definition, given);
}

/** Asks the author's probe what became of earlier attempts; trouble while asking is `unknown`. */
export async function callProbe(
  { definition }: RegisteredAction,
  params: JsonObject,
  context: ActionContext,
): Promise<ProbeAnswer> {
  try {
    const parsed = definition.parseParams(params);
    if (!parsed.ok || !definition.probe) return { state: 'unknown' };
    const answer = await definition.probe(parsed.value, context);
    if (answer.state !== 'applied')
      return { state: answer.state === 'not-applied' ? 'not-applied' : 'unknown' };
    const result = readResult(definition, answer.result);
    return result.ok ? { state: 'applied', result: result.result } : { state: 'unknown' };
  } catch {
    return { state: 'unknown' };
  }
}

/** The handler came to its end, so its effect is applied whatever is wrong with what it gave back. */
function readResult(definition: RegisteredAction['definition'], given: unknown): AttemptOutcome {
  const parsed = definition.parseResult(given);
  if (!parsed.ok)
    return refused(
      'RESULT_INVALID',
      'the result does not fit the schema of the action',
      'applied',
      issuesAt('result', parsed.issues),
    );
  let text: string | undefined;
  try {
    text = JSON.stringify(parsed.value);
  } catch {
    // A cycle or a bigint: falls through as no text at all.
  }
  if (text === undefined) return refused('RESULT_INVALID', 'the result cannot be written as JSON', 'applied');
  const bytes = Buffer.byteLength(text);
  if (bytes > RESULT_BYTES_MAX)
    return refused(
      'RESULT_TOO_LARGE',
      `the result has ${bytes} bytes, at most ${RESULT_BYTES_MAX} are kept`,
      'applied',
    );
  // Parsed again, so that nothing the handler still holds can change what is recorded.
  const result: JsonValue = JSON.parse(text);
  return { ok: true, result };
}

function refused(
  code: Failure['code'],
  message: string,
  effect: 'none' | 'applied',
  issues?: Issue[],
): AttemptOutcome {
  return { ok: false, error: { code, message, ...(issues ? { issues } : {}) }, effect, retryable: false };
}

function thrown(error: unknown): AttemptOutcome {
  if (!isActionError(error))
    return { ok: false, error: failure(unexpected(error)), effect: 'unknown', retryable: true };
  const { code, message, details, effect, retryable } = error;
  const cause = { code, message: cut(message), ...(details === undefined ? {} : { details }) };
  return { ok: false, error: failure(cause), effect, retryable };
}

const failure = (cause: ErrorCause): Failure => ({ code: 'ACTION_FAILED', message: cause.message, cause });

/** What was thrown may be anything, even something that throws when it is looked at. */
function unexpected(error: unknown): ErrorCause {
  try {
    if (error instanceof Error) return { code: cut(error.name), message: cut(error.message) };
    return {
      code: 'THROWN',
      message: cut(typeof error === 'string' ? error : `a value of type ${typeof error} was thrown`),
    };
  } catch {
    return { code: 'THROWN', message: 'what was thrown cannot be read' };
  }
}

const cut = (text: string): string => String(text).slice(0, MESSAGE_LENGTH_MAX);

const issuesAt = (root: string, issues: readonly Issue[]): Issue[] =>
  issues.map((issue) => ({
    ...issue,
    path: issue.path === '' ? root : `${root}${issue.path.startsWith('[') ? '' : '.'}${issue.path}`,
  }));
