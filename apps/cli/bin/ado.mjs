#!/usr/bin/env node
// There before anything is built: npm links only what is there when it installs. An `ado` that is not linked would make
// `npx ado` look for a package of that name, which is somebody else's.
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) await import(main.href);
else {
  process.stderr.write('ado is not built yet. Run: npm run build\n');
  process.exitCode = 2;
}
