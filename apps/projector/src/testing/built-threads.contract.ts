import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Threads and processes run what was built: Node does not load our sources. */
export const BUILT = new URL('../../dist/', import.meta.url);
/** Where the threads are that production runs. */
export const BUNDLED = new URL('../../../../dist/', import.meta.url);

export function insistOnBuild(): void {
  for (const file of [
    new URL('testing/project-until-killed.js', BUILT),
    new URL('projector.thread.js', BUNDLED),
  ])
    if (!existsSync(fileURLToPath(file)))
      throw new Error('not everything is built: run `npm run build` first');
}
