import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Threads run what was built: Node does not load our sources. */
export const BUILT = new URL('../../dist/', import.meta.url);

export function insistOnBuild(): void {
  if (!existsSync(fileURLToPath(new URL('threads/projector.thread.js', BUILT))))
    throw new Error('the projector is not built: run `npx nx run @action-do/projector:build` first');
}
