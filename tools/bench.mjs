/** `npm run bench -- [flags]`: loads the real platform, as built, and says what an execution costs. Wrong flags name the right ones. */
import { build, libraryConfigs } from './build.mjs';
import { ensureInstalled } from './ensure-install.mjs';

await ensureInstalled();
if (!build(libraryConfigs())) process.exit(1);

await import('./swc-register.mjs');
await import(new URL('../test/bench/src/main.ts', import.meta.url).href);
