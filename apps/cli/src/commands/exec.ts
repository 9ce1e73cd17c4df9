import type { JsonObject } from '@action-do/contracts';
import { Do, type Failure, type Problem } from '@do-sdk/core';
import type { Command } from 'commander';
import { z } from 'zod';
import { CliFailure, usageFailure } from '../cli-failure.js';
import type { AddCommand } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { EXIT, type ExitCode, exitCodeOf } from '../exit-codes.js';
import { isJsonObject } from '../gateway/json-reading.js';
import { collectPairs, whole } from '../input/option-values.js';
import { readParams } from '../input/read-params.js';
import { executionText } from './execution-text.js';

const WAIT_S_DEFAULT = 60;
const WAIT_S_MAX = 86_400;
/** About two seconds with their pauses: a person at a terminal should soon know that nothing is running. */
const RETRIES_MAX = 5;
const KEY = /^[\x21-\x7e]{1,255}$/;

const Options = z.object({
  params: z.string().default('{}'),
  key: z.string().optional(),
  version: z.number().optional(),
  wait: z.number().optional(),
  async: z.boolean().default(false),
  metadata: z.array(z.tuple([z.string(), z.string()])).default([]),
});
type Options = z.infer<typeof Options>;

export const addExec: AddCommand = (parent, running) => {
  options(parent.command('exec <action>').description('execute an action and wait for its outcome')).action(
    running(async (context, [name = ''], given) => {
      const call = await readCall(name, Options.parse(given), context);
      return call.async ? start(call, context) : execute(call, context);
    }),
  );
};

const options = (command: Command): Command =>
  command
    .option('--params <json>', 'one JSON object: as text, @file, or - for standard input (default {})')
    .option('--key <key>', 'idempotency key: names this piece of work; else equal params do')
    .option('--version <n>', 'version of the action; else the newest', whole(1, 999_999_999))
    .option(
      '--wait <seconds>',
      `how long to wait for the outcome (default ${WAIT_S_DEFAULT})`,
      whole(1, WAIT_S_MAX),
    )
    .option('--async', 'do not wait: prints the execution as soon as it is recorded')
    .option(
      '--metadata <name=value>',
      'a label of your own, recorded with the execution (repeatable)',
      collectPairs,
    );

async function readCall(name: string, options: Options, { surroundings }: CommandContext) {
  const { key, wait, async } = options;
  if (async && wait !== undefined)
    throw usageFailure('--async and --wait say different things.', 'Give one of them.');
  if (key !== undefined && !KEY.test(key))
    throw usageFailure(
      '--key is not 1 to 255 visible ASCII characters.',
      'Give another key.',
      'IDEMPOTENCY_KEY_INVALID',
    );
  return {
    async,
    name,
    params: await readParams(options.params, surroundings),
    version: options.version,
    idempotencyKey: key,
    metadata: options.metadata.length === 0 ? undefined : Object.fromEntries(options.metadata),
    timeoutMs: (wait ?? WAIT_S_DEFAULT) * 1_000,
    signal: surroundings.signal,
  };
}
type Call = Awaited<ReturnType<typeof readCall>>;

async function execute(call: Call, context: CommandContext): Promise<ExitCode> {
  const outcome = await client(context).action.execute(call);
  if (outcome.error) return fail(outcome, context);
  const { result, execution } = outcome;
  await write(execution, { result, execution }, context);
  return EXIT.ok;
}

async function start(call: Call, context: CommandContext): Promise<ExitCode> {
  const outcome = await client(context).action.start(call);
  if (outcome.error) return fail(outcome, context);
  const { execution } = outcome;
  await write(execution, { execution }, context);
  return EXIT.ok;
}

const client = (context: CommandContext): Do =>
  new Do(context.apiKey.key, {
    baseUrl: context.baseUrl,
    fetch: context.surroundings.fetch,
    retriesMax: RETRIES_MAX,
    onWarning: (text) => void context.note(text),
  });

/** The SDK's types are read as the JSON that they came from. */
async function write(
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
async function fail({ error }: Failure, context: CommandContext): Promise<never> {
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
