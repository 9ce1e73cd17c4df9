import type { AddCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { executionPath } from '../gateway/execution-path.js';
import { readEvents } from '../gateway/read-events.js';
import { addListFilters, ListOptions, readListOptions } from '../input/list-filters.js';
import { collect } from '../input/option-values.js';
import { storyOf } from '../story/story.js';
import { EVENTS } from './event-list.js';
import { listRows } from './list-rows.js';

export const addAuditCommands: AddCommand = (parent, running) => {
  const audit = parent
    .command('audit')
    .description('search the audit trail, and read the story of an execution');

  addListFilters(audit.command('ls').description('list events of the audit trail, newest first'))
    .option('--type <type>', 'of this type, such as ActionFailed', collect)
    .option('--execution <id>', 'of this execution', collect)
    .action(
      running((context, _args, options) =>
        listRows(
          context,
          '/v1/audit/events',
          readListOptions(ListOptions.parse(options), context.surroundings.nowMs()),
          EVENTS,
        ),
      ),
    );

  audit
    .command('show <execution-id>')
    .description('the whole story of one execution: who, what, when, every attempt, and how it ended')
    .action(
      running(async (context, [id = '']) => {
        const { gateway } = context;
        const answer = await gateway.get(executionPath(id));
        const events = await readEvents(gateway, executionPath(id));
        await context.writeOne({ ...answer, events }, id, () => storyOf(answer, events, context.paint));
        return EXIT.ok;
      }),
    );
};
