import { ActionDocument, formatPath, type JsonObject } from '@action-do/contracts';
import type { Problem } from '@do-sdk/core';
import { CliFailure, ownProblem } from '../../cli-failure.js';
import type { AddCommand } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { textAt } from '../../gateway/json-reading.js';
import { readDocument } from '../../input/read-json.js';
import { fieldLines } from '../../output/fields.js';

type Issue = NonNullable<Problem['issues']>[number];

const SAID: Readonly<Record<string, string>> = {
  known: 'known already: this very contract',
  retired: 'known already, and retired: takes no new work',
};

export const addRegister: AddCommand = (parent, running) => {
  parent
    .command('register <file>')
    .description('register an action whose code is a service on the bus or over HTTP; - for standard input')
    .action(
      running(async (context, [file = '']) => {
        const { value, from } = await readDocument(file, context.surroundings);
        const { name, version } = checked(value, from);
        const answer = await context.gateway.post('/v1/actions', value);
        const ref = `${name}@${version}`;
        const status = textAt(answer, 'status');
        await context.writeOne(answer, ref, () =>
          fieldLines(
            [
              ['action', ref],
              ['status', SAID[status] ?? status],
              ['digest', textAt(answer, 'digest')],
              ['position', textAt(answer, 'position')],
            ],
            context.paint.dim,
          ),
        );
        return EXIT.ok;
      }),
    );
};

/**
 * By the schema that the platform has, so that all that is wrong with the file is told before anything is sent. What only
 * the platform can say (schemas that are none, a contract that breaks callers) comes from there.
 * @throws CliFailure usage
 */
function checked(value: JsonObject, from: string): ActionDocument {
  const read = ActionDocument.safeParse(value);
  if (read.success) return read.data;
  const issues = read.error.issues.flatMap(issuesOf);
  const [first] = issues;
  const more = issues.length === 1 ? '' : ` And ${issues.length - 1} more, see below.`;
  throw new CliFailure(
    ownProblem('BODY_INVALID', `${from} is not an action: ${first?.path}: ${first?.message}.${more}`, {
      hint: 'Mend the file; docs/reference/cli.md has an example.',
      effect: 'none',
      issues,
    }),
    EXIT.usage,
  );
}

interface Found {
  readonly path: readonly PropertyKey[];
  readonly code?: string | undefined;
  readonly message: string;
  readonly keys?: readonly string[];
}

/** A member that there is not is told at its own path. */
function issuesOf({ path, code = 'custom', message, keys }: Found): Issue[] {
  const at = (steps: readonly PropertyKey[]) =>
    formatPath(steps.map((step) => (typeof step === 'symbol' ? String(step) : step))) || 'the document';
  if (code !== 'unrecognized_keys' || keys === undefined) return [{ path: at(path), code, message }];
  return keys.map((key) => ({ path: at([...path, key]), code, message: 'no such member' }));
}
