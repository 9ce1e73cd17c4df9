/**
 * The platform that this project was made with, and its command line: `npm start`, `npm run -s ado -- actions ls`. Both are
 * in a clone of action.do, whose path stands in package.json ("action.do"), relative to this folder.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const PROGRAMS = { start: 'tools/start.mjs', ado: 'apps/cli/bin/ado.mjs' };
const here = fileURLToPath(new URL('.', import.meta.url));
const { 'action.do': settings } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
const clone = resolve(here, settings.platform);
// What follows is the program's own.
const [asked = 'start'] = process.argv.splice(2, 1);
const program = join(clone, PROGRAMS[asked] ?? '');

if (!Object.hasOwn(PROGRAMS, asked)) stop(`There is no ${asked}: start and ado are what can be asked for.`);
else if (existsSync(program)) await run();
else
  stop(
    `There is no clone of action.do in ${clone}: write where it is into package.json, as "action.do".platform.`,
  );

async function run() {
  // Each module in actions/ is an action, or several.
  const modules = readdirSync(join(here, 'actions')).filter((file) => /(?<!\.test)\.m?js$/.test(file));
  process.env.DO_ACTIONS ??= modules.map((file) => join(here, 'actions', file)).join(',');
  process.env.DO_DATA_DIR ??= join(here, 'data');
  await import(pathToFileURL(program).href);
}

function stop(why) {
  console.error(why);
  process.exitCode = 2;
}
