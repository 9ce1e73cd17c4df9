import { ERRORS, ErrorCode, type JsonObject } from '@action-do/contracts';
import { CliFailure, ownProblem } from '../cli-failure.js';
import type { AddCommand } from '../command.js';
import { EXIT, EXIT_OF_ERROR } from '../exit-codes.js';
import { textAt } from '../gateway/json-reading.js';
import { fieldLines } from '../output/fields.js';
import { type ListLayout, listWriter } from '../output/list-writer.js';

/** From the registry that this version of ado was built with: asks nobody. */
export const addErrors: AddCommand = (parent, running) => {
  parent
    .command('errors [code]')
    .description('what an error code means and what to do; without a code, all of them')
    .action(
      running(async (context, [given]) => {
        if (given === undefined) {
          const writer = listWriter(context, LAYOUT);
          await writer.page([...ErrorCode.options].sort().map(entryOf));
          await writer.end();
          return EXIT.ok;
        }
        const entry = entryOf(find(given));
        await context.writeOne(entry, textAt(entry, 'code'), () =>
          fieldLines(
            [
              ['code', textAt(entry, 'code')],
              ['what', `${textAt(entry, 'title')}.`],
              ['to do', textAt(entry, 'hint')],
              [
                'repeat',
                textAt(entry, 'retryable') === 'true'
                  ? 'the same call with the same key may help'
                  : 'does not help',
              ],
              ['exit code', textAt(entry, 'exitCode')],
            ],
            context.paint.dim,
          ),
        );
        return EXIT.ok;
      }),
    );
};

const entryOf = (code: ErrorCode): JsonObject => {
  const { title, hint, retryable } = ERRORS[code];
  return { code, title, hint, retryable, exitCode: EXIT_OF_ERROR[code] };
};

const LAYOUT: ListLayout = {
  id: (row) => textAt(row, 'code'),
  columns: [
    { title: 'CODE', text: (row) => textAt(row, 'code') },
    { title: 'EXIT', text: (row) => textAt(row, 'exitCode') },
    { title: 'REPEAT HELPS', text: (row) => (textAt(row, 'retryable') === 'true' ? 'yes' : 'no') },
    { title: 'WHAT HAPPENED', text: (row) => textAt(row, 'title'), shrinks: true },
  ],
};

/** Takes `pending` and `outcome-unknown`, too. */
function find(given: string): ErrorCode {
  const wanted = given.toUpperCase().replaceAll('-', '_');
  const found = ErrorCode.options.find((code) => code === wanted);
  if (found !== undefined) return found;
  const words = wanted.split('_').filter((word) => word.length > 2);
  const near = ErrorCode.options.filter((code) => words.some((word) => code.includes(word)));
  throw new CliFailure(
    ownProblem('NOT_FOUND', `${given} is no error code that this version of ado knows.`, {
      hint: near.length > 0 ? `Perhaps one of: ${near.join(', ')}.` : 'ado errors lists all of them.',
    }),
  );
}
