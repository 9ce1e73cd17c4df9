import type { Command } from 'commander';
import { z } from 'zod';
import { usageFailure } from '../cli-failure.js';
import type { AddCommand } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { collectPairs, whole } from '../input/option-values.js';
import { readParams } from '../input/read-json.js';
import { client, fail, WAIT_S_DEFAULT, WAIT_S_MAX, write } from './sdk-call.js';

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
