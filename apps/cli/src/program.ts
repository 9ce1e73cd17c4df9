import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { AddCommand, Running } from './command.js';
import { CommandContext } from './command-context.js';
import { addActionsCommands } from './commands/actions/actions.js';
import { addAuditCommands } from './commands/audit.js';
import { addControlCommands } from './commands/control.js';
import { addDoctor } from './commands/doctor.js';
import { addErrors } from './commands/errors.js';
import { addExec } from './commands/exec.js';
import { addGet } from './commands/get.js';
import { addInit } from './commands/init.js';
import { addKeysCommands } from './commands/keys.js';
import { addLog } from './commands/log.js';
import { addLs } from './commands/ls.js';
import { addViewsCommands } from './commands/views.js';
import type { ExitCode } from './exit-codes.js';
import { addGlobalOptions, readGlobalOptions } from './global-options.js';
import type { Output } from './output/output.js';
import type { Surroundings } from './surroundings.js';

/** Of a help that is not shown in a terminal. */
const HELP_COLUMNS = 100;

const COMMANDS: readonly AddCommand[] = [
  addInit,
  addExec,
  addGet,
  addControlCommands,
  addLs,
  addActionsCommands,
  addAuditCommands,
  addViewsCommands,
  addKeysCommands,
  addLog,
  addDoctor,
  addErrors,
];

/** Where commands write, and where the parser's own texts (help, complaints) are collected. */
export interface Streams {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly said: { out: string; err: string };
}

/** The whole command line. @param ended told the exit code of the command that ran */
export function createProgram(
  surroundings: Surroundings,
  { stdout, stderr, said }: Streams,
  ended: (code: ExitCode) => void,
): Command {
  const program = new Command('ado')
    .description('Execute actions of action.do and look at what became of them.')
    .version(versionOfPackage(), '--version', 'print the version')
    // Options after a command are the command's: `ado exec x --version 2`.
    .enablePositionalOptions()
    .exitOverride()
    // Before there are commands, which take it over from here.
    .configureOutput({
      writeOut: (text) => {
        said.out += text;
      },
      writeErr: (text) => {
        said.err += text;
      },
      getOutHelpWidth: () => surroundings.columns ?? HELP_COLUMNS,
      getErrHelpWidth: () => surroundings.columns ?? HELP_COLUMNS,
    });
  addGlobalOptions(program);
  const running: Running =
    (act) =>
    async (...given) => {
      const command = given.at(-1);
      if (!(command instanceof Command)) throw new TypeError('the parser gave no command');
      const { format, settings } = readGlobalOptions(command);
      const context = new CommandContext(surroundings, stdout, stderr, format, settings);
      ended(await act(context, command.args, command.opts()));
    };
  for (const add of COMMANDS) add(program, running);
  for (const command of everyCommand(program)) addGlobalOptions(command);
  return program;
}

/** All commands below one, groups of commands included. */
export const everyCommand = (parent: Command): Command[] =>
  parent.commands.flatMap((command) => [command, ...everyCommand(command)]);

/** The package's file lies above both `src` and `dist`. */
function versionOfPackage(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}
