import type { Controlled, ResolvedOutcome } from '@do-sdk/core';
import type { Command } from 'commander';
import { z } from 'zod';
import { usageFailure } from '../cli-failure.js';
import type { AddCommand } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { executionPath } from '../gateway/execution-path.js';
import { whole } from '../input/option-values.js';
import { readResult } from '../input/read-json.js';
import { client, fail, WAIT_S_DEFAULT, WAIT_S_MAX, write } from './sdk-call.js';

const REASON_LENGTH_MAX = 500;
const EVIDENCE_LENGTH_MAX = 2_000;
const EFFECTS = ['none', 'applied', 'unknown'] as const;

const Options = z.object({
  reason: z.string().optional(),
  wait: z.number().default(WAIT_S_DEFAULT),
  result: z.string().optional(),
  failed: z.string().optional(),
  effect: z.string().optional(),
  evidence: z.string().optional(),
});
type Options = z.infer<typeof Options>;

/** What an operator does to an execution; each needs a reason, which the audit trail keeps with who gave it. */
export const addControlCommands: AddCommand = (parent, running) => {
  const add = (name: string, description: string): Command =>
    parent
      .command(`${name} <execution-id>`)
      .description(description)
      .option('--reason <text>', `why, for the audit trail: 1 to ${REASON_LENGTH_MAX} characters`)
      .option(
        '--wait <seconds>',
        `how long to wait until it has taken effect (default ${WAIT_S_DEFAULT})`,
        whole(1, WAIT_S_MAX),
      );

  add('cancel', 'cancel an execution; of an attempt under way the outcome decides').action(
    running(async (context, [id = ''], given) => {
      const done = await client(context).action.cancel(checked(id), asked(Options.parse(given), context));
      const exitCode = await tell(done, context);
      if (done.execution?.status === 'cancelled') return exitCode;
      await context.note('It was not cancelled: the attempt under way succeeded all the same.');
      return EXIT.refused;
    }),
  );
  add('retry', 'do a failed execution, or one of unknown outcome, once more').action(
    running(async (context, [id = ''], given) =>
      tell(await client(context).action.retry(checked(id), asked(Options.parse(given), context)), context),
    ),
  );
  add('undo', 'take back what a succeeded execution did').action(
    running(async (context, [id = ''], given) =>
      tell(await client(context).action.undo(checked(id), asked(Options.parse(given), context)), context),
    ),
  );
  add('resolve', 'say what became of an execution of unknown outcome')
    .option('--result <json>', 'it succeeded, with this result: JSON, @file, or - for standard input')
    .option('--failed <message>', 'it failed, and why')
    .option('--effect <effect>', `with --failed, what it left behind: ${EFFECTS.join(', ')}`)
    .option('--evidence <text>', `how you know: at most ${EVIDENCE_LENGTH_MAX} characters`)
    .action(
      running(async (context, [id = ''], given) => {
        const options = Options.parse(given);
        const { evidence } = options;
        if (evidence !== undefined && evidence.length > EVIDENCE_LENGTH_MAX)
          throw usageFailure(`--evidence is longer than ${EVIDENCE_LENGTH_MAX} characters.`, 'Give a link.');
        const say = { ...asked(options, context), evidence, outcome: await outcomeOf(options, context) };
        return tell(await client(context).action.resolve(checked(id), say), context);
      }),
    );
};

/** @throws CliFailure usage: no id of ours looks like this */
function checked(id: string): string {
  executionPath(id);
  return id;
}

/** @throws CliFailure usage */
function asked({ reason, wait }: Options, { surroundings }: CommandContext) {
  if (reason === undefined || reason.trim() === '')
    throw usageFailure('There is no reason.', "Say why, for whoever reads the audit trail: --reason '…'.");
  if (reason.length > REASON_LENGTH_MAX)
    throw usageFailure(`--reason is longer than ${REASON_LENGTH_MAX} characters.`, 'Say it shorter.');
  return { reason, timeoutMs: wait * 1_000, signal: surroundings.signal };
}

/** @throws CliFailure usage */
async function outcomeOf(
  { result, failed, effect }: Options,
  { surroundings }: CommandContext,
): Promise<ResolvedOutcome> {
  if ((result === undefined) === (failed === undefined))
    throw usageFailure(
      'How did it end?',
      "Give either --result '…' or --failed '…' with --effect none, applied or unknown.",
    );
  if (failed === undefined) {
    if (effect !== undefined)
      throw usageFailure('--effect is of --failed alone.', 'What succeeded has had its effect.');
    return { result: await readResult(result ?? '', surroundings) };
  }
  const left = EFFECTS.find((known) => known === effect);
  if (left === undefined)
    throw usageFailure(
      '--effect has to say what the failure left behind.',
      'none: nothing happened; applied: something did; unknown: nobody can say.',
    );
  if (failed.trim() === '') throw usageFailure('--failed is empty.', 'Say why it failed.');
  return { error: { message: failed, effect: left } };
}

async function tell(done: Controlled, context: CommandContext): Promise<ExitCode> {
  if (done.error) return fail(done, context);
  const { result, execution } = done;
  await write(execution, { result, execution }, context);
  return EXIT.ok;
}
