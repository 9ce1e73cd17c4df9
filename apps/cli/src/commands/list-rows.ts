import type { JsonObject } from '@action-do/contracts';
import type { CommandContext } from '../command-context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { readPages } from '../gateway/read-pages.js';
import type { ListRequest } from '../input/list-filters.js';
import { type ListLayout, listWriter } from '../output/list-writer.js';

/**
 * Writes a list of the platform as it comes, and says on stderr what a reader of it should know.
 * @param keep which rows are shown; by default all
 */
export async function listRows(
  context: CommandContext,
  path: string,
  request: ListRequest,
  layout: ListLayout,
  keep?: (row: JsonObject) => boolean,
): Promise<ExitCode> {
  const writer = listWriter(context, layout);
  let more = false;
  let incomplete = false;
  let lagEvents = '';
  for await (const page of readPages(context.gateway, path, request, keep)) {
    await writer.page(page.items);
    ({ more, lagEvents } = page);
    incomplete ||= page.incomplete;
    // Whoever was reading has left: the rest need not be asked for.
    if (context.stdout.closed) return EXIT.ok;
  }
  await writer.end();
  if (more) await context.note('There are more rows: --limit <n> gives more of them, --all gives all.');
  if (incomplete && more)
    await context.note('A filter ran out of time: narrow the search with --since, or go on with --all.');
  if (lagEvents !== '' && lagEvents !== '0')
    await context.note(`The views are ${lagEvents} events behind the log: the newest rows may be missing.`);
  return EXIT.ok;
}
