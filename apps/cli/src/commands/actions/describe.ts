import { z } from 'zod';
import { CliFailure, ownProblem } from '../../cli-failure.js';
import type { AddCommand } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { whole } from '../../input/option-values.js';
import { readActionRef } from './action-path.js';
import { describeAction, newestOf, versionOf } from './described.js';
import { describedText } from './described-text.js';

const Options = z.object({ version: z.number().optional() });

export const addDescribe: AddCommand = (parent, running) => {
  parent
    .command('describe <name>')
    .description(
      'one action (or name@version): its versions, params and result, policy, who performs it, how to call it',
    )
    .option('--version <n>', 'show this version; else the newest that is offered', whole(1, 999_999_999))
    .action(
      running(async (context, [named = ''], given) => {
        const { name, version = Options.parse(given).version } = readActionRef(named);
        const { action, versions } = await describeAction(context.gateway, name);
        const newest = newestOf(action, versions);
        const shown = version === undefined ? newest : versionOf(versions, version);
        if (version !== undefined && shown === undefined)
          throw new CliFailure(
            ownProblem('NOT_FOUND', `${name} has no version ${version}.`, {
              hint: `ado actions describe ${name} lists its versions.`,
              effect: 'none',
            }),
          );
        // Of an action that is retired as a whole, the newest tells what there was.
        const told = shown ?? versions[0] ?? {};
        await context.writeOne(version === undefined ? action : told, name, () =>
          describedText(told, newest, versions, context),
        );
        return EXIT.ok;
      }),
    );
};
