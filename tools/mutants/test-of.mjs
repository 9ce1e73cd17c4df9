/** What is run to find a mutant, and what its output says if it was found. */

const SEEDS = 2_000;
const BROKEN = /breaks what is promised.*\n\s+(.+)/;
/** jest's own count: a file that did not even load has none. */
const FAILED = /^Tests:\s+([1-9]\d*) failed/m;
const FIRST_FAILED = /●\s(.+)/;

const simulation = {
  command: [
    '--conditions=@action-do/source',
    '--import',
    './tools/swc-register.mjs',
    'test/simulation/src/main.ts',
    '--seeds',
    String(SEEDS),
  ],
  isCaught: (output) => BROKEN.exec(output)?.[1] ?? null,
};

const jestOf = (spec) => ({
  command: [
    '--no-warnings',
    '--experimental-vm-modules',
    'node_modules/jest/bin/jest.js',
    '-c',
    'jest.config.mjs',
    '--runInBand',
    '--bail',
    ...spec.split(' '),
  ],
  isCaught: (output) => (FAILED.test(output) ? (FIRST_FAILED.exec(output)?.[1] ?? 'failed') : null),
});

/** @param {{ caughtBy: string }} mutant `simulation`, or the path of a spec
 *  @returns {{ command: string[], isCaught: (output: string) => string | null }} how it was found; null = it was not */
export const testOf = ({ caughtBy }) => (caughtBy === 'simulation' ? simulation : jestOf(caughtBy));
