import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Files of modules, each with those that it imports. A file that is not there yet is one that imports nothing. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** Of one module of actions: whoever has more of his own code than this bundles it. */
export const FILES_MAX = 1_000;
/**
 * `from './x.js'`, `import './x.js'`, `import('./x.js')`, `require('./x.js')`, in quotes of any kind, also behind a comment
 * such as bundlers read; in a comment itself, too: then a file is looked at in vain.
 */
const RELATIVE =
  /\b(?:from|import|require)\s*\(?\s*(?:\/\*(?:(?!\*\/)[\s\S])*\*\/\s*)?(['"`])(\.{1,2}\/(?:(?!\$\{)[^'"`\n])+)\1/g;
/** What CommonJS lets an author leave out. */
const LEFT_OUT = ['.js', '.json', '/index.js'];

/** The file of a module and all that it imports by relative paths, through any number of them; packages are left out. */
export function filesOf(entry: string): ImportGraph {
  const graph = new Map<string, readonly string[]>();
  const open = [realPath(entry)];
  for (let file = open.pop(); file !== undefined && graph.size < FILES_MAX; file = open.pop()) {
    if (graph.has(file)) continue;
    const imported = importsOf(file);
    graph.set(file, imported);
    open.push(...imported);
  }
  return graph;
}

/** Those of the files that are among the changed, or import one that is, through any number of others. */
export function touchedBy(changed: ReadonlySet<string>, graph: ImportGraph): Set<string> {
  const touched = new Set([...graph.keys()].filter((file) => changed.has(file)));
  for (let before = -1; before < touched.size; ) {
    before = touched.size;
    for (const [file, imported] of graph) if (imported.some((one) => touched.has(one))) touched.add(file);
  }
  return touched;
}

/** As Node names it: behind links. One that is not there is as it is written. */
export function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

function importsOf(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  const named = [...text.matchAll(RELATIVE)].map(([, , path = '']) => path.replace(/[?#].*$/, ''));
  const files = named.flatMap((path) => meant(resolve(dirname(file), path), file).map(realPath));
  return [...new Set(files)].filter((one) => !one.includes('/node_modules/'));
}

/** In TypeScript `./x.js` is the file that will be made of `./x.ts`; where both are there, it depends on who compiles. */
function meant(file: string, by: string): string[] {
  const source = file.replace(/\.(m?)js$/, '.$1ts');
  const sources = /\.m?ts$/.test(by) && source !== file && existsSync(source) ? [source] : [];
  if (isFile(file)) return [file, ...sources];
  const whole = LEFT_OUT.map((end) => file + end).find(isFile);
  return sources.length > 0 ? sources : [whole ?? file];
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
