/** `npm run seed-log -- --folder DIR [--events N]`: a log full of executions, to see how things are with many of them. */
import { build, libraryConfigs } from './build.mjs';
import { ensureInstalled } from './ensure-install.mjs';

await ensureInstalled();
if (!build(libraryConfigs())) process.exit(1);

await import('./swc-register.mjs');
await import(new URL('../test/bench/src/seed/main.ts', import.meta.url).href);
