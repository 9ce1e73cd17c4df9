import { execFile } from 'node:child_process';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { types } from 'node:util';

/** In a stack: `at file:///a/b.js:3:7`, or above one, `file:///a/b.js:3`; a version may stand behind the name. */
const IN_STACK = /(?<=^|[\s(])((?:file:\/\/)?\/[^\s()?]+?)(?:\?[^\s():]*)?:(\d+)(?::(\d+))?(?=[\s)]|$)/gm;
/** As the compiler of TypeScript tells it: `,-[/a/b.ts:3:7]`. */
const OF_COMPILER = /\[([^\s[\]]+):(\d+):(\d+)\]/;
/** As `node --check` begins: `/a/b.js:3`. */
const OF_CHECK = /^(.+):(\d+)$/m;
const CHECK_MS_MAX = 5_000;
const CHECKED_MAX = 20;

/**
 * The place in an author's code that an error of loading it comes from, `dir/file.js:3:7`, relative to the folder of the
 * process; null where nothing tells. Node says nothing of where a module does not parse: it is asked once more, in a
 * process of its own.
 * @param files that were to be loaded: a place in one of them tells more than one in what they call
 */
export async function whereItFailed(error: unknown, files: readonly string[]): Promise<string | null> {
  if (!isError(error)) return null;
  const places = [...(error.stack ?? '').matchAll(IN_STACK)].map(([, path = '', ...place]) => ({
    path: pathOf(path),
    place,
  }));
  const own = places.find(({ path }) => files.includes(path));
  if (own !== undefined) return placeOf(own.path, ...own.place);
  const [, compiled, ...place] = OF_COMPILER.exec(error.message) ?? [];
  if (compiled !== undefined) return placeOf(compiled, ...place);
  return error.name === 'SyntaxError' ? checkAll(files) : null;
}

/** Also one of another realm, and one that came over from the thread of Node's loader hooks. */
export const isError = (value: unknown): value is Error =>
  value instanceof Error || types.isNativeError(value);

async function checkAll(files: readonly string[]): Promise<string | null> {
  for (const file of files.filter((one) => /\.m?js$/.test(one)).slice(0, CHECKED_MAX)) {
    const place = await checked(file);
    if (place !== null) return place;
  }
  return null;
}

function checked(file: string): Promise<string | null> {
  return new Promise((resolve) => {
    const options = { timeout: CHECK_MS_MAX, env: {} };
    execFile(process.execPath, ['--check', file], options, (_error, _stdout, stderr) => {
      const [, path, line] = OF_CHECK.exec(stderr) ?? [];
      resolve(path === undefined ? null : placeOf(path, line));
    });
  });
}

/** Only a URL has signs that stand for others. */
function pathOf(named: string): string {
  if (!named.startsWith('file:')) return named;
  try {
    return fileURLToPath(named);
  } catch {
    return named;
  }
}

const placeOf = (path: string, ...place: (string | undefined)[]): string =>
  [shorter(path), ...place].filter((part) => part !== undefined).join(':');

function shorter(path: string): string {
  const within = relative(process.cwd(), path);
  return within.startsWith('..') ? path : within;
}
