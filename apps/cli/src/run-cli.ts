import { CommanderError } from 'commander';
import { CliFailure, ownProblem, usageFailure } from './cli-failure.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { formatIn, isJson } from './output/format.js';
import { Output } from './output/output.js';
import { paintFor } from './output/paint.js';
import { jsonText } from './output/printable.js';
import { problemText } from './output/problem-text.js';
import { createProgram } from './program.js';
import { reasonOf } from './reason.js';
import { refuseKeysIn } from './refuse-keys.js';
import type { Surroundings } from './surroundings.js';

export type RunCliOptions = Surroundings;

/**
 * One command line from beginning to end. Data goes to stdout, everything else to stderr, and both have gone out when
 * this ends; it never ends the process.
 * @param argv what follows the name of the program
 */
export async function runCli(argv: readonly string[], surroundings: RunCliOptions): Promise<ExitCode> {
  const stdout = new Output(surroundings.stdout);
  const stderr = new Output(surroundings.stderr);
  const said = { out: '', err: '' };
  let exitCode: ExitCode = EXIT.ok;
  try {
    refuseKeysIn(argv);
    const program = createProgram(surroundings, { stdout, stderr, said }, (code) => {
      exitCode = code;
    });
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    // Help and version, asked for.
    if (thrown instanceof CommanderError && thrown.exitCode === 0) {
      await stdout.write(said.out);
      return EXIT.ok;
    }
    const { isTTY, env, signal } = surroundings;
    const forPrograms = isJson(formatIn(argv));
    if (isCommander(thrown, 'commander.help') && !forPrograms) {
      await stderr.write(said.err);
      return EXIT.usage;
    }
    const failure = failureOf(thrown);
    await stderr.write(
      forPrograms
        ? `${jsonText(failure.problem)}\n`
        : problemText(failure.problem, paintFor(isTTY.stderr, env)),
    );
    return signal.aborted ? EXIT.interrupted : failure.exitCode;
  }
}

const isCommander = (thrown: unknown, code: string): boolean =>
  thrown instanceof CommanderError && thrown.code === code;

function failureOf(thrown: unknown): CliFailure {
  if (thrown instanceof CliFailure) return thrown;
  if (thrown instanceof CommanderError) return usageOf(thrown);
  return new CliFailure(
    ownProblem('INTERNAL', `ado itself failed: ${reasonOf(thrown)}.`, {
      hint: 'This is a mistake in ado, or the output could not be written; report it if it stays.',
    }),
  );
}

/** The parser's own sentence: "error: unknown option '--foo'\n(Did you mean --for?)". */
function usageOf({ code, message }: CommanderError): CliFailure {
  // Without a command its message is "(outputHelp)".
  const text = code === 'commander.help' ? 'There is no command' : message;
  const detail = text
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
  return usageFailure(
    `${detail.charAt(0).toUpperCase()}${detail.slice(1)}`.replace(/\.?$/, '.'),
    'Run: ado help, or ado help <command>.',
  );
}
