import { usageFailure } from '../cli-failure.js';
import type { AddCommand } from '../command.js';

/**
 * Copying a log opens stores, which no client of the platform does: a program of its own does it, which `bin/ado.mjs`
 * runs where the word `log` stands first. Here is only what help shows, and what to do where it was not run.
 */
export const addLog: AddCommand = (parent, running) => {
  parent
    .command('log [arguments...]')
    .description('copy an event log between stores and files; run: ado log --help')
    .allowUnknownOption()
    .action(
      running(async () => {
        throw usageFailure(
          'The tool that copies logs was not started: options stand after ado log, and it comes with the platform.',
          'Run: ado log --help, in a checkout that is built or in the image of the platform.',
        );
      }),
    );
};
