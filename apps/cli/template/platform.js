/**
 * The platform that this project was made with, and its command line: `npm start`, `npm run -s ado -- actions ls`. Both are
 * in a clone of action.do, whose path stands in package.json ("action.do"), relative to this folder.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
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
  const modules = modulePaths();
  const parted = modules.find((path) => path.includes(','));
  if (asked === 'start' && parted !== undefined && process.env.DO_ACTIONS === undefined)
    return stop(
      `DO_ACTIONS parts paths by commas, so ${parted} must have none: call from this folder, or rename.`,
    );
  process.env.DO_ACTIONS ??= modules.join(',');
  process.env.DO_DATA_DIR ??= join(here, 'data');
  await import(pathToFileURL(program).href);
}

/** Each module in actions/ is an action, or several. Relative, as the platform reads it: a folder above may have a comma. */
function modulePaths() {
  const from = process.env.INIT_CWD ?? process.cwd();
  const files = readdirSync(join(here, 'actions')).filter((file) => /(?<!\.test)\.m?js$/.test(file));
  return files.map((file) => relative(from, join(here, 'actions', file)));
}

function stop(why) {
  console.error(why);
  process.exitCode = 2;
}
