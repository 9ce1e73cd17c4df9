import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@action-do/test-support';
import { startChild } from '../started-child.js';
import type { SystemUnderTest } from '../system-under-test.js';

/** What the process tells when it is ready. */
export interface Listening {
  readonly url: string;
  readonly apiKey: string;
}

/** Gateway and executor on the embedded log, in one process; its log lines go to a file, as those of the platform do. */
export async function startOneProcess(): Promise<SystemUnderTest> {
  const folder = temporaryFolder('action-do-bench-parts');
  const logFile = openSync(join(folder.path, 'log.ndjson'), 'a');
  const file = new URL('one-process.process.ts', import.meta.url);
  const { pid, ready, end } = await startChild<Listening>(file, [folder.path], logFile);
  closeSync(logFile);
  return {
    ...ready,
    parts: [{ name: 'gateway and executor', pid }],
    end: async () => {
      await end();
      return [];
    },
    remove: () => folder.remove(),
  };
}
