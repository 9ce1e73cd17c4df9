import { LIST_LIMIT_DEFAULT } from '@action-do/contracts';
import { type Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { usageFailure } from '../cli-failure.js';
import { collect, collectPairs, whole } from './option-values.js';
import { readTime } from './read-time.js';

const ROWS_MAX = 1_000_000;

const Texts = z.array(z.string()).optional();
export const ListOptions = z.object({
  action: Texts,
  status: Texts,
  actor: Texts,
  version: Texts,
  errorCode: Texts,
  type: Texts,
  execution: Texts,
  since: z.string().optional(),
  until: z.string().optional(),
  key: z.string().optional(),
  param: z.array(z.tuple([z.string(), z.string()])).optional(),
  limit: z.number().optional(),
  all: z.boolean().optional(),
});
export type ListOptions = z.infer<typeof ListOptions>;

/** The filters of `ls` and `audit ls`. A filter that is given twice means either; a leading `-` on its value, not that. */
export function addListFilters(command: Command): Command {
  return command
    .option(
      '--action <name>',
      'of this action (repeatable, as are the others that filter by a value)',
      collect,
    )
    .option('--status <status>', 'with this status, such as failed; -failed = any but this', collect)
    .option('--actor <id>', 'asked for by this actor', collect)
    .option('--version <n>', 'of this version of the action', collect)
    .option('--error-code <code>', 'failed with this code', collect)
    .option('--since <time>', 'from then on: 15m, 2h, 7d, or ISO 8601')
    .option('--until <time>', 'before then')
    .option('--key <key>', 'with this idempotency key')
    .option(
      '--param <path=value>',
      'with this value in the params, such as customer.id=c1 (repeatable)',
      collectPairs,
    )
    .option('--limit <n>', `at most so many rows (default ${LIST_LIMIT_DEFAULT})`, whole(1, ROWS_MAX))
    .option('--all', 'all rows, page by page');
}

/** The names that the platform knows the filters by. */
const NAMES = ['action', 'status', 'actor', 'version', 'errorCode', 'type', 'execution'] as const;

export interface ListRequest {
  readonly filters: readonly (readonly [name: string, value: string])[];
  /** Infinity = all. */
  readonly rowsMax: number;
}

/** @throws CliFailure usage */
export function readListOptions(options: ListOptions, nowMs: number): ListRequest {
  const { key, param = [], limit, all = false } = options;
  if (all && limit !== undefined)
    throw usageFailure('--all and --limit say different things.', 'Give one of them.');
  const filters: [string, string][] = NAMES.flatMap((name) =>
    (options[name] ?? []).map((value): [string, string] => [name, value]),
  );
  for (const name of ['since', 'until'] as const) {
    const time = options[name];
    if (time !== undefined) filters.push([name, timeOf(name, time, nowMs)]);
  }
  if (key !== undefined) filters.push(['key', key]);
  for (const [path, value] of param) filters.push([`params.${path}`, value]);
  return { filters, rowsMax: all ? Number.POSITIVE_INFINITY : (limit ?? LIST_LIMIT_DEFAULT) };
}

function timeOf(name: string, text: string, nowMs: number): string {
  try {
    return readTime(text, nowMs);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw usageFailure(`--${name} is no time that can be understood.`, error.message);
  }
}
