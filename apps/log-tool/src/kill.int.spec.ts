/** C1 and C2 against kill -9: a process copies, is killed while it appends, and the next one goes on. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openEmbeddedEventStore } from '@action-do/event-store';
import { temporaryFolder } from '@action-do/test-support';
import { copyLog } from './copy-log.js';
import { sourceOf } from './log-source.js';
import { contentOf, fillLog, watch } from './testing/random-logs.contract.js';

const APPENDS = 600;
const ROUNDS = 3;
const repository = new URL('../../../', import.meta.url);
const folder = temporaryFolder('action-do-copy');
const [from, to] = [join(folder.path, 'old'), join(folder.path, 'new')];
afterAll(() => folder.remove());

/** @returns how many events were in the target when it was killed, as far as it told */
async function copyUntil(events: number): Promise<number> {
  const child = spawn(
    process.execPath,
    [
      '--no-warnings',
      '--conditions=@action-do/source',
      '--import',
      new URL('tools/swc-register.mjs', repository).href,
      fileURLToPath(new URL('./testing/copy-until-killed.ts', import.meta.url)),
      from,
      to,
    ],
    { cwd: fileURLToPath(repository), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const closed = once(child, 'close');
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  let told = 0;
  for await (const line of createInterface(child.stdout)) {
    const [phase, done] = line.split(' ');
    if (phase === 'copied') told = Number(done);
    if (told >= events) child.kill('SIGKILL');
  }
  await closed;
  expect([errors, child.signalCode]).toEqual(['', 'SIGKILL']);
  return told;
}

it('an import that is killed and started again is the log: nothing is lost, nothing is there twice', async () => {
  const source = await openEmbeddedEventStore({ folder: from });
  const count = await fillLog(source, APPENDS);
  const wanted = await contentOf(source);
  await source.close();
  for (let round = 1; round <= ROUNDS; round += 1) {
    const told = await copyUntil(Math.floor((count * round) / (ROUNDS + 1)));
    const target = await openEmbeddedEventStore({ folder: to });
    const there = await contentOf(target);
    await target.close();
    expect(there.length).toBeGreaterThanOrEqual(told);
    expect(there.length).toBeLessThan(count);
    expect(there).toEqual(wanted.slice(0, there.length));
  }
  const [again, target] = await Promise.all(
    [from, to].map((each) => openEmbeddedEventStore({ folder: each })),
  );
  if (again === undefined || target === undefined) throw new Error('both are open');
  const { events, eventsBefore } = await copyLog(await sourceOf(again, from), target, watch());
  expect([events, eventsBefore > 0]).toEqual([count, true]);
  expect(await contentOf(target)).toEqual(wanted);
  expect(target.logId).not.toBe(again.logId);
  await Promise.all([again.close(), target.close()]);
});
