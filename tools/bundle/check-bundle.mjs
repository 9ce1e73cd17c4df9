/** What a bundle may leave to the time it runs: what the plan tells, and no more; and the plan tells no more than is so. */
import { isBuiltin } from 'node:module';
import { loadedTwice, otherCopies } from './copies.mjs';
import { ABSENT, INSTALLED, MOVED, TWICE } from './plan.mjs';

/** esbuild says these in a whisper by default. */
export const TOLD_AS_WARNINGS = Object.fromEntries(
  ['indirect-require', 'unsupported-require-call', 'unsupported-dynamic-import'].map((kind) => [
    kind,
    'warning',
  ]),
);
const NEIGHBOUR = /\b__dirname\b|\b__filename\b|\bimport\.meta\.(?:url|dirname|filename)\b/;
/** What esbuild puts above each file of a bundle. */
const FILE = /^\/\/ ((?:apps|libs|node_modules|tools)\/\S+)$/;
const COMMENT = /^\s*(?:\/\/|\/?\*)/;

/** @param {object} made as esbuild tells of a bundle  @param {string} root where its packages are looked for
 *  @returns {string[]} complaints, each with what to do; none when all is as planned */
export function complaintsOf({ warnings, metafile, outputFiles }, root) {
  const moved = new Set([...movedFiles(outputFiles), ...warnings.map(({ location }) => location?.file)]);
  const left = leftOutside(metafile);
  const planned = [...Object.keys(INSTALLED), ...ABSENT];
  const twice = loadedTwice(root, metafile.inputs, Object.keys(INSTALLED));
  return [
    ...missing(moved, Object.keys(MOVED)).map(
      (file) => `${file} loads, or looks for, something that is known only at run time`,
    ),
    ...namelessImports(metafile).map(
      (path) => `${path} is CommonJS and imported dynamically: a chunk of it has no names to import`,
    ),
    ...missing(left, planned).map((name) => `${name} is left outside`),
    ...otherCopies(root, metafile.inputs, Object.keys(INSTALLED)),
    ...missing(twice.keys(), Object.keys(TWICE)).map(
      (name) => `${name} is inside, and ${twice.get(name)}, which is outside, loads another`,
    ),
    ...missing(Object.keys(TWICE), [...twice.keys()]).map(
      (name) => `${name} is told to be loaded twice, and is not`,
    ),
    ...missing(Object.keys(MOVED), [...moved]).map(
      (file) => `${file} is not as it is told: it moved nothing`,
    ),
    ...missing(planned, [...left]).map((name) => `${name} is told to be outside, and nothing asks for it`),
  ].map((complaint) => `${complaint} (tools/bundle/plan.mjs tells what may be so, and why)`);
}

const missing = (all, known) => [...all].filter((each) => !known.includes(each));

/** esbuild gives such a chunk a default and nothing else, without a word. */
function namelessImports({ inputs }) {
  const own = Object.entries(inputs).filter(([file]) => file.startsWith('libs/') || file.startsWith('apps/'));
  const imports = own.flatMap(([, { imports }]) => imports);
  return imports
    .filter(({ kind, path }) => kind === 'dynamic-import' && inputs[path]?.format === 'cjs')
    .map(({ path }) => path);
}

function movedFiles(outputFiles) {
  const found = new Set();
  for (const { path, text } of outputFiles) {
    if (path.endsWith('.map')) continue;
    let file = path;
    for (const line of text.split('\n').slice(1)) {
      file = FILE.exec(line)?.[1] ?? file;
      if (NEIGHBOUR.test(line) && !COMMENT.test(line)) found.add(file);
    }
  }
  return found;
}

/** A file of a package that is left outside is as the package. */
const packageIn = (known, path) => Object.keys(known).find((name) => path.startsWith(`${name}/`)) ?? path;

function leftOutside({ outputs }) {
  const imports = Object.values(outputs).flatMap((output) => output.imports);
  const outside = imports.filter(({ external }) => external).map(({ path }) => path);
  return new Set(outside.filter((path) => !isBuiltin(path)).map((path) => packageIn(INSTALLED, path)));
}
