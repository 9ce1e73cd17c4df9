import { join } from 'node:path';
import { startPlatform, temporaryFolder } from '@action-do/test-support';
import { median } from './resident-memory.js';
import type { TortureMode } from './torture-mode.js';

const START_MS_MAX = 3_000;

/** From the spawn of the process, all built, to its ready line: in a new folder, and in the same once more. */
export const start: TortureMode = {
  about: 'from start to ready, first in a new folder and then again in the same',
  unit: 'runs',
  roundsDefault: 10,
  run: async ({ rounds, say }) => {
    const took: number[] = [];
    for (let run = 0; run < rounds; run++) {
      const folder = temporaryFolder('action-do-start');
      try {
        for (const which of ['first', 'second']) {
          const begunMs = performance.now();
          const platform = await startPlatform({ dataDir: join(folder.path, 'data') });
          took.push(Math.round(performance.now() - begunMs));
          await platform.stop();
          say(`run ${run + 1}, ${which} start: ${took.at(-1)} ms`);
        }
      } finally {
        folder.remove();
      }
    }
    const slowest = Math.max(...took);
    const figures = { starts: took.length, 'median, ms': median(took), 'slowest, ms': slowest };
    return { figures, violations: slowest < START_MS_MAX ? [] : [`a start took ${slowest} ms`] };
  },
};
