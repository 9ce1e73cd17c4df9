import { spawnSync } from 'node:child_process';
import { root } from './repository.js';

type Claim = Readonly<Record<'caughtBy' | 'title' | 'showsAs', string>>;

/** What `npm run mutants` makes of the output of what was to find a mutant; null = it survives. */
function judged(call: string, claim: Partial<Claim>, output: string): unknown {
  const script = `import { testOf, testsOfNone } from ${JSON.stringify(`file://${root}tools/mutants/test-of.mjs`)};
const [claim, output] = JSON.parse(process.argv[1]);
console.log(JSON.stringify(${call}));`;
  const words = ['--input-type=module', '-e', script, JSON.stringify([claim, output])];
  return JSON.parse(spawnSync(process.execPath, words, { encoding: 'utf8' }).stdout);
}

const spec = { caughtBy: 'a.unit.spec.ts', title: 'is refused' };
const jest = (...tests: readonly [status: string, title: string][]): string =>
  JSON.stringify({
    testResults: [{ assertionResults: tests.map(([status, title]) => ({ status, title })) }],
  });
const broken =
  'seed 7 breaks what is promised (npm run simulate -- --seed 7):\n  I12 k: INTERNAL\n  I6 x: a lie\n\n';

it('a mutant is caught only by the test that it names, not by whatever else fails in the same file', () => {
  const caught = 'testOf(claim).isCaught(output)';
  expect(judged(caught, spec, jest(['failed', 'is something else'], ['passed', 'is refused']))).toBeNull();
  expect(judged(caught, spec, jest(['failed', 'is refused as TOO_LATE']))).toBe('is refused as TOO_LATE');
  expect(judged(caught, spec, 'SyntaxError')).toBeNull();
});

it('a mutant of the simulation is caught only by a run that shows what it says', () => {
  const caught = 'testOf(claim).isCaught(output)';
  expect(judged(caught, { caughtBy: 'simulation', showsAs: 'I5' }, broken)).toBeNull();
  expect(judged(caught, { caughtBy: 'simulation', showsAs: 'a lie' }, broken)).toBe('I6 x: a lie');
  expect(judged(caught, { caughtBy: 'simulation' }, broken)).toBe('I12 k: INTERNAL');
  expect(judged(caught, { caughtBy: 'simulation' }, '2000 seeds from 1: none broken')).toBeNull();
});

it('what fails, or cannot run, before anything was made wrong is told', () => {
  const red = 'testsOfNone([claim])[0].isCaught(output)';
  expect(judged(red, spec, jest(['failed', 'is something else']))).toBe('is something else');
  expect(judged(red, spec, 'SyntaxError')).toBe('no spec could be run');
  expect(judged(red, spec, jest(['passed', 'is refused']))).toBeNull();
  expect(judged(red, { caughtBy: 'simulation' }, broken)).toBe('the simulation');
  expect(judged(red, { caughtBy: 'simulation' }, '100 seeds from 1: 3 steps; none broken\n')).toBeNull();
});
