/**
 * `npm run simulate -- [--seeds N] [--seed S] [--until TEXT]`: lives through N random runs of the whole platform in this process, over a
 * simulated bus, store and clock, and fails if a promise was broken; with a seed alone, through that one, and tells its
 * story. Runs from sources; nothing is built and no server is started.
 */
import { ensureInstalled } from './ensure-install.mjs';
import { runSources } from './run-sources.mjs';

await ensureInstalled();
process.exitCode = await runSources('test/simulation/src/main.ts', process.argv.slice(2));
