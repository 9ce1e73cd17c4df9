import { spawnSync } from 'node:child_process';
import { root } from './repository.js';

// What is not applied does not show that it rots: `npm run mutants` would find out only when somebody runs it.
it('every mutant fits the sources, and names a test that there is', () => {
  const checked = spawnSync(process.execPath, [`${root}tools/mutants.mjs`, '--check'], { encoding: 'utf8' });
  expect(checked).toMatchObject({ status: 0, stderr: '' });
  expect(checked.stdout).toMatch(/^\d{2,} mutants fit$/m);
});
