/**
 * `npm start`: installs and builds what is missing or out of date, then becomes the platform: the bundle is imported
 * into this very process, so a signal sent to it reaches the platform and nothing stays behind.
 * `npm start -- --actions ./my-actions.ts --port 9000`: the flags are the platform's own.
 */
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { ensureInstalled } from './ensure-install.mjs';

const example = 'examples/send-welcome-email';

await ensureInstalled();
if (!build([`${example}/tsconfig.lib.json`])) process.exit(1);

process.setSourceMapsEnabled(true);
process.env['DO_ACTIONS'] ??= fileURLToPath(new URL(`../${example}/dist/index.js`, import.meta.url));

// Node 20 cannot import TypeScript. The hooks that can cost a thread, so they are set only when a .ts module is named.
const named = [...process.argv.slice(2), process.env['DO_ACTIONS']];
if (named.some((word) => /\.m?ts\s*(,|$)/.test(word))) await import('./swc-register.mjs');

await import(new URL('../dist/standalone.js', import.meta.url).href);
