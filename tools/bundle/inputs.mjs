/** What decides about a bundle: the files that it is made of, what tells where they are found, and how it is made. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const RECIPE_FOLDER = 'tools/bundle';
/** All that is installed, in which version and where. */
const INSTALLATION = 'node_modules/.package-lock.json';

/** @param {string[]} inputs files as esbuild tells them, relative to the root  @returns {string[]} these and the others */
export function decidingFiles(root, inputs) {
  const recipe = readdirSync(join(root, RECIPE_FOLDER)).map((name) => `${RECIPE_FOLDER}/${name}`);
  return [...new Set([INSTALLATION, ...recipe, ...inputs, ...packagesAbove(root, inputs)])];
}

/** Each package.json of a folder that a file is in: exports, type and the like. */
function packagesAbove(root, files) {
  const folders = new Set();
  for (const file of files) {
    let folder = dirname(file);
    while (!folders.has(folder)) {
      folders.add(folder);
      folder = dirname(folder);
    }
  }
  return [...folders]
    .map((folder) => join(folder, 'package.json'))
    .filter((file) => existsSync(join(root, file)));
}
