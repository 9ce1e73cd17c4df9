import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openViewsReader, openViewsWriter } from '@action-do/views';
import type { Log, ViewsPlace } from './ports.js';

const EMBEDDED = 'embedded:';

/**
 * Views as an address names them. Embedded ones are of one process and one log, so what fits that log no more is put
 * aside without asking; those in a database may be read by others, and stay until somebody decides.
 * @param url `embedded:<folder>` or `postgres://…`
 */
export const viewsPlace = (url: string, logger: Log): ViewsPlace => ({
  openWriter: (how) =>
    openViewsWriter({ url, ...how, fillFirst: true, onWarning: (message) => logger.warn({}, message) }),
  openReader: () => openViewsReader({ url }),
  ...(url.startsWith(EMBEDDED)
    ? { startAgain: async () => putAside(resolve(url.slice(EMBEDDED.length)), logger) }
    : {}),
});

/** Names the generation that readers look at; kept, so that the next one gets a new number, which they notice. */
const LIVE_FILE = 'live';

/** One older copy is kept: whoever took the wrong log can go back to it. */
function putAside(folder: string, logger: Log): void {
  if (!existsSync(folder)) return;
  const aside = `${folder}.discarded`;
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { mode: 0o700 });
  for (const name of readdirSync(folder))
    if (name !== LIVE_FILE) renameSync(join(folder, name), join(aside, name));
  logger.warn({ folder, aside }, 'the views were put aside');
}
