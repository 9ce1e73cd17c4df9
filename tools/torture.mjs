/**
 * `npm run torture -- MODE [--rounds N] [--seed S] [--json FILE]`: ill-treats the real platform, as built, and fails if a
 * promise was broken. Modes that strike services also take `--minutes N`, `--actions N`, `--log FILE`, and `--kills N` for
 * `--rounds N`. Without a mode it names them.
 */
import { build, libraryConfigs } from './build.mjs';
import { ensureInstalled } from './ensure-install.mjs';

await ensureInstalled();
if (!build(libraryConfigs())) process.exit(1);

// The torturer runs from its sources; what it imports of the workspace is what was just built.
await import('./swc-register.mjs');
await import(new URL('../test/torture/src/main.ts', import.meta.url).href);
