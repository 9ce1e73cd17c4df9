import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DefinitionsRefused } from '@action-do/executor';
import { temporaryFolder, until } from '@action-do/test-support';
import type { ActionDefinition } from '@do-sdk/actions';
import { ActionModules } from '../actions/action-modules.js';

/** Looks again at once; what would take half a minute never comes. */
const clock = {
  nowMs: () => Date.now(),
  after: (ms: number, callback: () => void) => {
    const timer = ms < 30_000 ? setTimeout(callback, 1) : undefined;
    return () => clearTimeout(timer);
  },
};

/** A folder of modules for each test, all gone after the last. */
export function foldersOfModules() {
  const folder = temporaryFolder('action-do-modules');
  let count = 0;
  const anew = () => {
    const at = join(folder.path, String(++count));
    mkdirSync(at);
    // Marked as a definition of any copy of the kit is.
    writeFileSync(
      join(at, 'kit.mjs'),
      `export const make = (name, version = 1, more = {}) =>
         Object.defineProperty({ name, version, warnings: [], ...more }, Symbol.for('do-sdk.action-definition'), { value: true });`,
    );
    return at;
  };
  return { anew, remove: () => folder.remove() };
}

/** As most editors do: beside, and then in its place. */
export function writeIn(at: string, name: string, text: string): void {
  writeFileSync(join(at, `.${name}.new`), `import { make } from './kit.mjs';\n${text}`);
  renameSync(join(at, `.${name}.new`), join(at, name));
}

/**
 * What Node holds, for jest keeps what it read of a file, whatever its URL: each version of a file is a file of its own, with
 * the text that it had when it was first asked for, and imports as its text says. How Node itself does it the e2e spec sees.
 */
function heldByNode(at: string) {
  const versions = new Map<string, number>();
  const hold = (file: string): string => {
    const copy = file.replace(/\.mjs$/, `.v${versions.get(file) ?? 0}.mjs`);
    if (copy === file || existsSync(copy)) return copy;
    const text = readFileSync(file, 'utf8').replace(/'\.\/([\w.]+\.mjs)'/g, (asked, name: string) => {
      const imported = join(at, name);
      return existsSync(imported) ? `'./${basename(hold(realpathSync(imported)))}'` : asked;
    });
    writeFileSync(copy, text);
    return copy;
  };
  const renew = (files: Iterable<string>, version: number): void => {
    for (const file of files) versions.set(file, version);
  };
  return { renew, importOf: (file: string) => import(hold(file)) };
}

/** Modules that are followed, with all that they did told. */
export async function followModules(
  at: string,
  paths: string[],
  refuse: (module: string, names: string[]) => string | Error | undefined = () => undefined,
) {
  const lines: string[] = [];
  const renewed: string[][] = [];
  const taken = new Map<string, string[]>();
  const node = heldByNode(at);
  const log = (level: string) => (_fields: unknown, message?: string) =>
    void lines.push(`${level} ${message}`);
  const modules = new ActionModules({
    paths,
    from: at,
    clock,
    logger: { info: log('info'), warn: log('warn'), error: log('error') },
    take: async (module, definitions) => {
      const names = definitions.map(({ name, version }: ActionDefinition) => `${name}@${version}`);
      const why = refuse(module, names);
      if (why !== undefined) throw why instanceof Error ? why : new DefinitionsRefused(why);
      taken.set(module, names);
    },
    renew: async (files, version) => {
      renewed.push([...files].map((file) => basename(file)).sort());
      node.renew(files, version);
    },
    importModule: (file) => node.importOf(file),
    isCommonJs: (file) => file.endsWith('.cjs'),
  });
  await modules.load();
  modules.follow();
  const says = (what: string | RegExp) =>
    until(`${what} is said`, () =>
      lines.some((line) => (typeof what === 'string' ? line.includes(what) : what.test(line))),
    );
  return { modules, lines, renewed, taken, says };
}
