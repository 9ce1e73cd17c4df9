import type { JsonObject } from '@action-do/contracts';
import { Do, type Failure, type Problem } from '@do-sdk/core';
import { CliFailure } from '../cli-failure.js';
import type { CommandContext } from '../command-context.js';
import { EXIT, type ExitCode, exitCodeOf } from '../exit-codes.js';
import { isJsonObject } from '../gateway/json-reading.js';
import { executionText } from './execution-text.js';

export const WAIT_S_DEFAULT = 60;
export const WAIT_S_MAX = 86_400;
/** About two seconds with their pauses: a person at a terminal should soon know that nothing is running. */
const RETRIES_MAX = 5;

/** The SDK, as a command uses it. */
export const client = (context: CommandContext): Do =>
  new Do(context.apiKey.key, {
    baseUrl: context.baseUrl,
    fetch: context.surroundings.fetch,
    retriesMax: RETRIES_MAX,
    onWarning: (text) => void context.note(text),
  });

/** What came of a call. The SDK's types are read as the JSON that they came from. */
export async function write(
  execution: { readonly id: string },
  answer: object,
  context: CommandContext,
): Promise<void> {
  const json: JsonObject = JSON.parse(JSON.stringify(answer));
  const known = json['execution'];
  await context.writeOne(json, execution.id, () =>
    executionText(isJsonObject(known) ? known : {}, json['result'], context.paint),
  );
}

/** Where the execution is known, its id is data even so: a script can go on asking for it. */
export async function fail({ error }: Failure, context: CommandContext): Promise<never> {
  const problem = error.toJSON();
  if (context.format === 'id' && problem.executionId) await context.stdout.write(`${problem.executionId}\n`);
  throw new CliFailure(problem, exitCodeOfCall(problem));
}

/**
 * The table, but for what the SDK says of itself: without an answer it is the effect that tells whether the outcome is
 * unknown or nothing was reached, and what it refuses to send is a mistake on the command line.
 */
function exitCodeOfCall(problem: Problem): ExitCode {
  const { source, code, effect, status } = problem;
  if (code === 'UNAVAILABLE' && effect === 'unknown') return EXIT.outcomeUnknown;
  const exitCode = exitCodeOf(problem);
  if (source !== 'sdk' || exitCode !== EXIT.refused || code === 'RATE_LIMITED') return exitCode;
  return effect === 'none' && status === undefined ? EXIT.usage : EXIT.unreachable;
}
