import type { AddCommand } from '../command.js';
import { textAt } from '../gateway/json-reading.js';
import { addListFilters, ListOptions, readListOptions } from '../input/list-filters.js';
import type { ListLayout } from '../output/list-writer.js';
import { type Colors, paintStatus } from '../output/paint.js';
import { listRows } from './list-rows.js';

export const addLs: AddCommand = (parent, running) => {
  addListFilters(parent.command('ls').description('list executions, newest first')).action(
    running((context, _args, options) =>
      listRows(
        context,
        '/v1/executions',
        readListOptions(ListOptions.parse(options), context.surroundings.nowMs()),
        layoutOf(context.paint),
      ),
    ),
  );
};

const layoutOf = (paint: Colors): ListLayout => ({
  id: (row) => textAt(row, 'id'),
  columns: [
    { title: 'ID', text: (row) => textAt(row, 'id') },
    { title: 'ACTION', text: (row) => `${textAt(row, 'action')}@${textAt(row, 'version')}`, shrinks: true },
    { title: 'STATUS', text: (row) => textAt(row, 'status'), paint: (text) => paintStatus(paint, text) },
    { title: 'ATTEMPTS', text: (row) => textAt(row, 'attempts') },
    { title: 'ACTOR', text: (row) => textAt(row, 'actor', 'id'), shrinks: true },
    { title: 'REQUESTED', text: (row) => textAt(row, 'requestedAt') },
    { title: 'MS', text: (row) => textAt(row, 'durationMs') },
    { title: 'ERROR', text: (row) => textAt(row, 'error', 'code'), shrinks: true },
  ],
});
