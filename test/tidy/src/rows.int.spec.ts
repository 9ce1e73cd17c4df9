import { spawnSync } from 'node:child_process';
import { root } from './repository.js';

it('every row of the idempotency table has its tests, and the page that lists them is up to date', () => {
  const checked = spawnSync(process.execPath, [`${root}tools/rows.mjs`, '--check'], { encoding: 'utf8' });
  expect(checked).toMatchObject({ status: 0, stderr: '' });
});

it('the reference of defineAction says what its doc comments, types and refusals say', () => {
  const tool = `${root}tools/define-action-reference.mjs`;
  const checked = spawnSync(process.execPath, [tool, '--check'], { encoding: 'utf8' });
  expect(checked).toMatchObject({ status: 0, stderr: '' });
});
