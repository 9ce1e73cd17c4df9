/**
 * `npm start`: installs and builds what is missing or out of date, then becomes the platform: the built code is imported
 * into this very process, so a signal sent to it reaches the platform and nothing stays behind.
 * `npm start -- --actions ./my-actions.ts --port 9000`: the flags are the platform's own.
 */
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { ensureInstalled } from './ensure-install.mjs';

const app = 'apps/standalone';
const example = 'examples/send-welcome-email';
const built = (project, file) => new URL(`../${project}/dist/${file}`, import.meta.url);

await ensureInstalled();
if (!build([`${app}/tsconfig.lib.json`, `${example}/tsconfig.lib.json`])) process.exit(1);

process.setSourceMapsEnabled(true);
process.env['DO_ACTIONS'] ??= fileURLToPath(built(example, 'index.js'));

// Node 20 cannot import TypeScript. The hooks that can cost a thread, so they are set only when a .ts module is named.
const named = [...process.argv.slice(2), process.env['DO_ACTIONS']];
if (named.some((word) => /\.m?ts$/.test(word))) await import('./swc-register.mjs');

await import(built(app, 'main.js').href);
