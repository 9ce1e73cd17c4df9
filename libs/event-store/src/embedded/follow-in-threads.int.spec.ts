/** The reader where it is meant to be: in another thread. Threads run the sources in a process of their own. */
import { FOLLOWED_EVENTS } from './testing/followed-events.js';
import { runSource } from './testing/run-source.js';
import { temporaryFolder } from './testing/temporary-folder.js';

const temporary = temporaryFolder();
afterAll(() => temporary.remove());

async function run(scenario: string): Promise<unknown> {
  const program = runSource('./follow-in-threads.ts', [`${temporary.path}/${scenario}`, scenario]);
  const lines: string[] = [];
  for await (const line of program.lines) lines.push(line);
  expect({ ended: await program.ended, errors: program.errorText() }).toEqual({ ended: 0, errors: '' });
  return JSON.parse(lines[0] ?? 'null');
}

describe('a worker thread', () => {
  it('that follows while events are appended gets all of them once, in order, none before it is durable', async () => {
    expect(await run('follow')).toEqual({
      events: FOLLOWED_EVENTS,
      inOrder: true,
      early: 0,
      endedWith: 'abort',
      exitCode: 0,
    });
  });

  it('is told when the store closes under it, and can end by itself', async () => {
    expect(await run('outlived')).toMatchObject({
      inOrder: true,
      early: 0,
      endedWith: 'STORE_UNAVAILABLE',
      exitCode: 0,
    });
  });

  it('that is terminated in the middle of reading harms neither the appends nor the file', async () => {
    expect(await run('terminated')).toEqual({ events: 5_000 });
  });
});
