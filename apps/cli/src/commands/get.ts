import { z } from 'zod';
import type { AddCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { executionPath } from '../gateway/execution-path.js';
import { objectAt } from '../gateway/json-reading.js';
import { readEvents } from '../gateway/read-events.js';
import { listWriter } from '../output/list-writer.js';
import { EVENTS } from './event-list.js';
import { executionText } from './execution-text.js';

const Options = z.object({ events: z.boolean().optional() });
/** The question was answered even where the execution failed, so the exit code is 0 for it, too. */
export const addGet: AddCommand = (parent, running) => {
  parent
    .command('get <execution-id>')
    .description('one execution as it is now; its status does not change the exit code')
    .option('--events', 'its events instead, in order')
    .action(
      running(async (context, [id = ''], options) => {
        const { gateway } = context;
        if (Options.parse(options).events) {
          const writer = listWriter(context, EVENTS);
          await writer.page(await readEvents(gateway, executionPath(id)));
          await writer.end();
          return EXIT.ok;
        }
        const answer = await gateway.get(executionPath(id));
        await context.writeOne(answer, id, () =>
          executionText(objectAt(answer, 'execution'), answer['result'], context.paint),
        );
        return EXIT.ok;
      }),
    );
};
