/** Which copy of a package is loaded, where some code of a process lies in dist/ and some in node_modules. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const IN_DIST = 'dist/program.js';
const nameIn = (path) => /^(?:@[^/]+\/)?[^/]+/.exec(path)[0];

/** Left outside, a package is looked for from dist/, and no more from the file that imports it.
 *  @param {Record<string, {imports: object[]}>} inputs as esbuild tells them  @param {string[]} outside names of packages
 *  @returns {string[]} complaints */
export function otherCopies(root, inputs, outside) {
  const found = Object.entries(inputs).flatMap(([file, { imports }]) =>
    imports
      .filter(({ external }) => external)
      .map(({ path }) => ({ file, name: nameIn(path) }))
      .filter(({ name }) => outside.includes(name)),
  );
  return found
    .filter(({ file, name }) => folderOf(root, name, file) !== folderOf(root, name, IN_DIST))
    .map(({ file, name }) => `${file} is given another copy of ${name} in dist/ than where it lies`);
}

/** @returns {Map<string, string>} names of packages that are inside, and which package outside loads them once more */
export function loadedTwice(root, inputs, outside) {
  const inside = new Set(Object.keys(inputs).map(packageFolder));
  const twice = new Map();
  const seen = new Set();
  const look = (folder, owner) => {
    if (folder === null || seen.has(folder)) return;
    seen.add(folder);
    const { dependencies = {} } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    for (const name of Object.keys(dependencies)) {
      const its = folderOf(root, name, `${folder}/package.json`);
      if (inside.has(its)) twice.set(name, owner);
      look(its, owner);
    }
  };
  for (const name of outside) look(folderOf(root, name, IN_DIST), name);
  return twice;
}

/** Of a file in node_modules; null for any other. */
const packageFolder = (file) => /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? null;

/** As Node looks: in the node_modules of each folder above. Null where there is none. */
function folderOf(root, name, file) {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const found = join(root, folder, 'node_modules', name);
    if (existsSync(found)) return relative(realpathSync(root), realpathSync(found));
    if (folder === '.') return null;
  }
}
