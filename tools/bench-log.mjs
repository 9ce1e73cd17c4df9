/** `npm run bench-log -- [flags]`: what appends and reads of the log cost, in-process and through the official client. */
import { build, libraryConfigs } from './build.mjs';
import { ensureInstalled } from './ensure-install.mjs';

await ensureInstalled();
if (!build(libraryConfigs())) process.exit(1);

await import('./swc-register.mjs');
await import(new URL('../test/bench/src/log/main.ts', import.meta.url).href);
