#!/usr/bin/env node
// There before anything is built: npm links only what is there when it installs. An `ado` that is not linked would make
// `npx ado` look for a package of that name, which is somebody else's.
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
// Copies logs without the platform: a program of its own, for it opens stores, and a client of the platform opens none.
const logTool = new URL('../../log-tool/dist/main.js', import.meta.url);
if (!existsSync(main)) {
  process.stderr.write('ado is not built yet. Run: npm run build\n');
  process.exitCode = 2;
} else await import(process.argv[2] === 'log' && existsSync(logTool) ? logTool.href : main.href);
