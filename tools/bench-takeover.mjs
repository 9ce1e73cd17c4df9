/** `npm run bench-takeover -- [flags]`: how long the work of an executor stands still after it was killed or stopped. */
import { build, libraryConfigs } from './build.mjs';
import { ensureInstalled } from './ensure-install.mjs';

await ensureInstalled();
if (!build(libraryConfigs())) process.exit(1);

await import('./swc-register.mjs');
await import(new URL('../test/bench/src/takeover/main.ts', import.meta.url).href);
