import { ActionTarget, type JsonObject, LIST_LIMIT_DEFAULT, readChoice } from '@action-do/contracts';
import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { usageFailure } from '../../cli-failure.js';
import type { AddCommand } from '../../command.js';
import { textAt } from '../../gateway/json-reading.js';
import { collect, whole } from '../../input/option-values.js';
import type { ListLayout } from '../../output/list-writer.js';
import type { Colors } from '../../output/paint.js';
import { listRows } from '../list-rows.js';

const ROWS_MAX = 1_000_000;
const TARGETS = ActionTarget.options.join(', ');
const Texts = z.array(z.string()).default([]);
const Options = z.object({
  action: Texts,
  status: Texts,
  target: Texts,
  versions: z.boolean().default(false),
  limit: z.number().optional(),
  all: z.boolean().default(false),
});

export const addActionsLs: AddCommand = (parent, running) => {
  parent
    .command('ls')
    .description('actions that are offered, each in its newest version, by name')
    .option(
      '--action <name>',
      'this action; -name = any but this (repeatable, as are the two below)',
      collect,
    )
    .option('--status <status>', 'versions that are offered (the default) or retired', collect)
    .option('--target <target>', `performed there: ${TARGETS}`, collectTargets)
    .option('--versions', 'every version, not the newest of each action')
    .option('--limit <n>', `at most so many rows (default ${LIST_LIMIT_DEFAULT})`, whole(1, ROWS_MAX))
    .option('--all', 'all rows, page by page')
    .action(
      running((context, _args, given) => {
        const { versions, limit, all, status, target, ...options } = Options.parse(given);
        if (all && limit !== undefined)
          throw usageFailure('--all and --limit say different things.', 'Give one of them.');
        // Asked for by target, the platform would leave out newer versions that are performed elsewhere.
        const asked = versions ? { ...options, target } : options;
        const wanted = { ...asked, status: status.length === 0 ? ['offered'] : status };
        const filters = Object.entries(wanted).flatMap(([name, values]) =>
          values.map((value) => [name, value] as const),
        );
        const rowsMax = all ? Number.POSITIVE_INFINITY : (limit ?? LIST_LIMIT_DEFAULT);
        const layout = layoutOf(context.paint);
        return versions
          ? listRows(context, '/v1/actions', { filters, rowsMax }, layout)
          : listRows(context, '/v1/actions', { filters, rowsMax }, layout, newestAt(target));
      }),
    );
};

/** Misspelt, one would find nothing, and look like an answer. */
function collectTargets(value: string, before?: readonly string[]): string[] {
  if (ActionTarget.options.some((target) => target === value.replace(/^-/, '')))
    return collect(value, before);
  throw new InvalidArgumentError(`Give one of ${TARGETS}; with a leading -, any but that.`);
}

/** Of each action the newest version, if it is performed there. Rows come by name, the newest version first. */
function newestAt(targets: readonly string[]): (row: JsonObject) => boolean {
  const { include, exclude } = readChoice(targets);
  let before: string | undefined;
  return (row) => {
    const [name, target] = [textAt(row, 'name'), textAt(row, 'target')];
    if (name === before) return false;
    before = name;
    return (include.length === 0 || include.includes(target)) && !exclude.includes(target);
  };
}

const layoutOf = (paint: Colors): ListLayout => ({
  id: (row) => `${textAt(row, 'name')}@${textAt(row, 'version')}`,
  columns: [
    { title: 'NAME', text: (row) => textAt(row, 'name') },
    { title: 'VERSION', text: (row) => textAt(row, 'version') },
    { title: 'STATUS', text: (row) => textAt(row, 'status') },
    { title: 'EFFECTS', text: (row) => textAt(row, 'policy', 'effects') },
    { title: 'TARGET', text: (row) => textAt(row, 'target') },
    {
      title: 'HANDLERS',
      text: (row) => textAt(row, 'handlers'),
      paint: (text) => paintHandlers(paint, text),
    },
    { title: 'DESCRIPTION', text: (row) => textAt(row, 'description'), shrinks: true },
  ],
});

function paintHandlers(paint: Colors, handlers: string): string {
  if (handlers === 'present') return paint.green(handlers);
  return handlers === 'absent' ? paint.red(handlers) : handlers;
}
