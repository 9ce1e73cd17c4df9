/**
 * `npm run stack`: the platform as services, on this machine and without containers: nats-server, the event log,
 * PostgreSQL, and one gateway, executor and projector on them (DO_STACK_SIZE=2: two of each). Installs and builds what is
 * missing or out of date, as `npm start` does, and takes the same flags.
 */
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { ensureInstalled } from './ensure-install.mjs';

const example = 'examples/send-welcome-email';

await ensureInstalled();
if (!build([`${example}/tsconfig.lib.json`])) process.exit(1);

process.setSourceMapsEnabled(true);
process.env['DO_ACTIONS'] ??= fileURLToPath(new URL(`../${example}/dist/index.js`, import.meta.url));

// Node 20 cannot import TypeScript: neither this process, which shows the actions, nor the executors.
const named = [...process.argv.slice(2), process.env['DO_ACTIONS']];
if (named.some((word) => /\.m?ts\s*(,|$)/.test(word))) {
  const hooks = new URL('./swc-register.mjs', import.meta.url).href;
  process.env['NODE_OPTIONS'] = `${process.env['NODE_OPTIONS'] ?? ''} --import=${hooks}`.trim();
  await import(hooks);
}

await import(new URL('../dist/stack.js', import.meta.url).href);
