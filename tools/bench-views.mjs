/** `npm run bench-views -- [flags]`: what projecting a large log costs, and how fast its views answer, on both engines. */
import { build, libraryConfigs } from './build.mjs';
import { ensureInstalled } from './ensure-install.mjs';

await ensureInstalled();
if (!build(libraryConfigs())) process.exit(1);

await import('./swc-register.mjs');
await import(new URL('../test/bench/src/views/main.ts', import.meta.url).href);
