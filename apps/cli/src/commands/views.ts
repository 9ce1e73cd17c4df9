import type { JsonObject } from '@action-do/contracts';
import { z } from 'zod';
import { CliFailure } from '../cli-failure.js';
import type { AddCommand } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { EXIT } from '../exit-codes.js';
import { textAt } from '../gateway/json-reading.js';
import { whole } from '../input/option-values.js';
import { type Field, fieldLines } from '../output/fields.js';
import { followRebuild } from './follow-rebuild.js';

const WAIT_S_DEFAULT = 3_600;
const WAIT_S_MAX = 604_800;
const RebuildOptions = z.object({ wait: z.number().default(WAIT_S_DEFAULT) });

export const addViewsCommands: AddCommand = (parent, running) => {
  const views = parent
    .command('views')
    .description('how far the views are behind the log, and building them anew');

  views
    .command('status')
    .description('position, lag and rows of the views')
    .action(
      running(async (context) => {
        await writeStatus(await context.gateway.get('/v1/views'), context);
        return EXIT.ok;
      }),
    );

  views
    .command('rebuild')
    .description('build the views anew from the log, and follow it to its end; they answer meanwhile')
    .option(
      '--wait <seconds>',
      `how long to follow it (default ${WAIT_S_DEFAULT}); it goes on after that`,
      whole(1, WAIT_S_MAX),
    )
    .action(
      running(async (context, _args, options) => {
        const { gateway } = context;
        const begun = await gateway.post('/v1/views/rebuild').catch((error: unknown) => {
          if (!(error instanceof CliFailure) || error.problem.code !== 'IN_PROGRESS') throw error;
          return undefined;
        });
        if (begun === undefined) await context.note('A rebuild is under way already: following it.');
        const status = await followRebuild(context, gateway, RebuildOptions.parse(options).wait * 1_000);
        await writeStatus(status, context);
        return EXIT.ok;
      }),
    );
};

/** Whatever the platform says of its views, so that an older ado shows what a newer platform has. */
const writeStatus = (status: JsonObject, context: CommandContext): Promise<void> =>
  context.writeOne(status, textAt(status, 'position'), () => fieldLines(flat(status), context.paint.dim));

const flat = (object: JsonObject, above = ''): Field[] =>
  Object.entries(object).flatMap(([name, value]): Field[] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? flat(value, `${above}${name}.`)
      : [[above + name, textAt(object, name)]],
  );
