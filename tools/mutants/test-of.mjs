/** What is run to find a mutant, and what its output says if it was found: where it was asked for, in the very words. */

const SEEDS = 2_000;
/** Enough to see that nothing is broken without a mutant: each run of the simulation looks through more. */
const SEEDS_OF_NONE = 100;
/** A broken run, and all that it breaks: told one below the other, each behind two spaces. */
const BROKEN = /breaks what is promised.*\n((?: {2}.+\n)+)/;

/**
 * @typedef {{ caughtBy: string, title?: string, showsAs?: string }} Claim
 * @typedef {{ command: string[], isCaught: (stdout: string) => string | null }} Test
 * @param {Claim} claim  @returns {Test} how it was found; null = it was not, or not as it says
 */
export const testOf = (claim) => (claim.caughtBy === 'simulation' ? inSimulation(claim) : inSpec(claim));

/** With `showsAs` runs that break something else are passed over. */
const inSimulation = ({ showsAs }) => ({
  command: simulate(SEEDS, ...(showsAs === undefined ? [] : ['--until', showsAs])),
  isCaught: (stdout) => {
    const lines = BROKEN.exec(stdout)?.[1]?.split('\n') ?? [];
    const line = lines.find((one) => showsAs === undefined || one.includes(showsAs));
    return line?.trim() ?? null;
  },
});

const inSpec = ({ caughtBy, title }) => ({
  command: jest(caughtBy),
  isCaught: (stdout) =>
    testsIn(stdout).find((test) => test.status === 'failed' && test.title.startsWith(title))?.title ?? null,
});

/** @param {Claim[]} claims  @returns {Test[]} of each test once, which must pass while nothing is wrong; caught = it does not */
export function testsOfNone(claims) {
  const specs = new Set(claims.flatMap(({ caughtBy }) => (caughtBy === 'simulation' ? [] : [caughtBy])));
  const tests = specs.size === 0 ? [] : [{ command: jest(...specs), isCaught: redIn }];
  if (claims.every(({ caughtBy }) => caughtBy !== 'simulation')) return tests;
  const isCaught = (stdout) => (/; none broken$/m.test(stdout) ? null : 'the simulation');
  return [...tests, { command: simulate(SEEDS_OF_NONE), isCaught }];
}

function redIn(stdout) {
  const tests = testsIn(stdout);
  const red = tests.find(({ status }) => status === 'failed');
  if (tests.length === 0) return 'no spec could be run';
  return red?.title ?? null;
}

/** What jest says of each test; none where it could not even begin. */
const testsIn = (stdout) =>
  stdout.startsWith('{')
    ? JSON.parse(stdout).testResults.flatMap(({ assertionResults }) => assertionResults)
    : [];

const simulate = (seeds, ...more) => [
  '--conditions=@action-do/source',
  '--import',
  './tools/swc-register.mjs',
  'test/simulation/src/main.ts',
  '--seeds',
  String(seeds),
  ...more,
];

const jest = (...specs) => [
  '--no-warnings',
  '--experimental-vm-modules',
  'node_modules/jest/bin/jest.js',
  '-c',
  'jest.config.mjs',
  '--runInBand',
  '--json',
  ...specs,
];
