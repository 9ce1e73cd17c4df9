import { z } from 'zod';
import { usageFailure } from '../../cli-failure.js';
import type { AddCommand } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { textAt } from '../../gateway/json-reading.js';
import { fieldLines } from '../../output/fields.js';
import { actionPath, readActionRef, readVersion } from './action-path.js';

const REASON_LENGTH_MAX = 1_000;
const Options = z.object({ reason: z.string().default(''), successor: z.string().optional() });

export const addRetire: AddCommand = (parent, running) => {
  parent
    .command('retire <name> <version>')
    .description('take no new work for a version, for good; what is under way ends on it')
    .option('--reason <text>', `why, for the audit trail: 1 to ${REASON_LENGTH_MAX} characters`)
    .option('--successor <name@version>', 'what to call instead (default: the newest version that is left)')
    .action(
      running(async (context, [name = '', given = ''], options) => {
        const { reason, successor } = Options.parse(options);
        const path = `${actionPath(name)}/versions/${readVersion(given)}`;
        if (reason.trim() === '' || reason.length > REASON_LENGTH_MAX)
          throw usageFailure(
            `--reason has to have 1 to ${REASON_LENGTH_MAX} characters.`,
            "Say why, for whoever reads the audit trail or calls it still: --reason '…'.",
          );
        const answer = await context.gateway.delete(path, [
          ['reason', reason],
          ...(successor === undefined ? [] : [['successor', refOf(successor)] as const]),
        ]);
        const next = textAt(answer, 'successor', 'name');
        await context.writeOne(answer, `${name}@${given}`, () =>
          fieldLines(
            [
              ['action', `${name}@${given}`],
              ['status', textAt(answer, 'status') === 'known' ? 'was retired already' : 'retired'],
              ['successor', next === '' ? 'none' : `${next}@${textAt(answer, 'successor', 'version')}`],
              ['position', textAt(answer, 'position')],
            ],
            context.paint.dim,
          ),
        );
        return EXIT.ok;
      }),
    );
};

/** @throws CliFailure usage */
function refOf(successor: string): string {
  const { name, version } = readActionRef(successor);
  if (version !== undefined) return `${name}@${version}`;
  throw usageFailure('--successor names no version.', 'Write it as send-invoice@2.');
}
