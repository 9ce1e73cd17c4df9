/** `npm run bench-parts -- [flags]`: what the parts of the services cost alone, their sum, and what it is together. */
import { build, libraryConfigs } from './build.mjs';
import { ensureInstalled } from './ensure-install.mjs';

await ensureInstalled();
if (!build(libraryConfigs())) process.exit(1);

await import('./swc-register.mjs');
await import(new URL('../test/bench/src/parts/main.ts', import.meta.url).href);
