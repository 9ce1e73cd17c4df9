import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type JsonObject, refText } from '@action-do/contracts';
import { z } from 'zod';
import { CliFailure, ownProblem, usageFailure } from '../../cli-failure.js';
import type { AddCommand } from '../../command.js';
import type { CommandContext } from '../../command-context.js';
import { EXIT } from '../../exit-codes.js';
import type { GatewayClient } from '../../gateway/gateway-client.js';
import { textAt } from '../../gateway/json-reading.js';
import { readPages } from '../../gateway/read-pages.js';
import { collect } from '../../input/option-values.js';
import { reasonOf } from '../../reason.js';
import { type ActionsModule, actionsModule } from '../../schema/actions-module.js';
import { readActionRef } from './action-path.js';
import { describeAction, newestOf, versionOf } from './described.js';

/** A module of more is nobody's: name those that are called. */
const ACTIONS_MAX = 2_000;
const Options = z.object({ out: z.string().optional(), action: z.array(z.string()).default([]) });

export const addTypes: AddCommand = (parent, running) => {
  parent
    .command('types')
    .description('TypeScript for @do-sdk/core: a wrong name or wrong params do not compile')
    .option('--out <file>', 'write it there, not to standard output')
    .option(
      '--action <name>',
      'this action in its newest version, or name@version (repeatable; default: all that are offered)',
      collect,
    )
    .action(
      running(async (context, _args, given) => {
        const { out, action } = Options.parse(given);
        const { gateway } = context;
        const made = actionsModule(action.length === 0 ? await allOf(gateway) : await named(gateway, action));
        if (out !== undefined) await writeFileOf(resolve(context.surroundings.cwd, out), made.text);
        await tell(made, out, context);
        if (made.wider.length > 0)
          await context.note(
            `The types are wider than the schemas here:\n${made.wider.map((line) => `  ${line}`).join('\n')}`,
          );
        return EXIT.ok;
      }),
    );
};

/** @throws CliFailure usage */
const writeFileOf = (file: string, text: string): Promise<void> =>
  writeFile(file, text).catch((error: unknown) => {
    throw usageFailure(
      `--out cannot be written: ${reasonOf(error)}.`,
      'Name a file in a folder that is there.',
    );
  });

async function tell(made: ActionsModule, out: string | undefined, context: CommandContext): Promise<void> {
  const { actions, wider, text } = made;
  if (context.format === 'id')
    return context.stdout.write(actions.map((one) => `${refText(one)}\n`).join(''));
  const answer = out === undefined ? { actions, wider, text } : { file: out, actions, wider };
  return context.writeOne(answer, '', () =>
    out === undefined ? text : `${out}  ${actions.length} actions\n`,
  );
}

/** @throws CliFailure more than a module can hold */
async function allOf(gateway: GatewayClient): Promise<JsonObject[]> {
  const found = new Map<string, JsonObject>();
  const asked = { filters: [['status', 'offered']], rowsMax: Number.POSITIVE_INFINITY } as const;
  for await (const { items } of readPages(gateway, '/v1/actions', asked)) {
    // The newest version of each comes first.
    for (const row of items) if (!found.has(textAt(row, 'name'))) found.set(textAt(row, 'name'), row);
    if (found.size > ACTIONS_MAX)
      throw usageFailure(
        `There are more than ${ACTIONS_MAX} actions.`,
        'Name those that you call: --action <name>, as often as needed.',
      );
  }
  return [...found.values()];
}

async function named(gateway: GatewayClient, given: readonly string[]): Promise<JsonObject[]> {
  const refs = given.map(readActionRef);
  const twice = refs.find(({ name }, index) => refs.findIndex((ref) => ref.name === name) < index);
  if (twice)
    throw usageFailure(
      `--action names ${twice.name} twice.`,
      'A call goes to one version: make a file of types for each.',
    );
  const rows: JsonObject[] = [];
  for (const { name, version } of refs) {
    const { action, versions } = await describeAction(gateway, name);
    const row = version === undefined ? newestOf(action, versions) : versionOf(versions, version);
    if (row === undefined)
      throw new CliFailure(
        ownProblem('NOT_FOUND', `${name} has no version ${version ?? 'that is offered'}.`, {
          hint: `ado actions describe ${name} lists its versions.`,
          effect: 'none',
        }),
      );
    rows.push(row);
  }
  return rows;
}
