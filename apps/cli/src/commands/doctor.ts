import type { JsonObject } from '@action-do/contracts';
import type { AddCommand } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { checkAddress } from '../doctor/check-address.js';
import { checkDataDir } from '../doctor/check-data-dir.js';
import { checkNode } from '../doctor/check-node.js';
import { checkPlatform } from '../doctor/check-platform.js';
import type { Finding } from '../doctor/finding.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { listWriter } from '../output/list-writer.js';
import { printable } from '../output/printable.js';

export const addDoctor: AddCommand = (parent, running) => {
  parent
    .command('doctor')
    .description('check address, platform, key, clock, Node, data folder and views; one line each')
    .action(
      running(async (context) => {
        const findings = await examine(context);
        if (context.format === 'table')
          await context.stdout.write(findings.map((f) => lineOf(f, context)).join(''));
        else {
          const writer = listWriter(context, { columns: [], id: (row) => String(row['check']) });
          await writer.page(findings.map(jsonOf));
          await writer.end();
        }
        return exitCodeOf(findings);
      }),
    );
};

async function examine(context: CommandContext): Promise<Finding[]> {
  const address = checkAddress(context);
  const local = [checkNode(process.versions.node), ...checkDataDir(context)];
  if (address.verdict === 'fail') return [...local, address];
  return [...local, ...(await checkPlatform(context))];
}

/** The first failure counts: what comes after it often follows from it. */
const exitCodeOf = (findings: readonly Finding[]): ExitCode =>
  findings.find(({ verdict }) => verdict === 'fail')?.exitCode ?? EXIT.ok;

function lineOf({ check, verdict, detail, toDo }: Finding, { paint }: CommandContext): string {
  const colour = { ok: paint.green, warn: paint.yellow, fail: paint.red }[verdict];
  return `${colour(verdict.padEnd(4))}  ${check.padEnd(8)}  ${printable(detail)}${toDo === undefined ? '' : ` ${printable(toDo)}`}\n`;
}

const jsonOf = ({ check, verdict, detail, toDo }: Finding): JsonObject => ({
  check,
  verdict,
  detail,
  ...(toDo === undefined ? {} : { toDo }),
});
