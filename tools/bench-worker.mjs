/** `npm run bench-worker -- [flags]`: what an execution costs more where a worker performs it. */
import { build, libraryConfigs } from './build.mjs';
import { ensureInstalled } from './ensure-install.mjs';

await ensureInstalled();
if (!build(libraryConfigs())) process.exit(1);

await import('./swc-register.mjs');
await import(new URL('../test/bench/src/worker/main.ts', import.meta.url).href);
