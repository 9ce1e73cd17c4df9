/**
 * Around packing: for its time, the parts of dist that need internal packages are one file each with those inside, so that
 * a stranger can install the package. What is published stays outside (zod, nats), and so does the rest of dist: errors
 * and definitions must be of one copy.
 *
 * The files belong to tsc, which looks at its inputs alone and would never write them again. So the bundles are made of
 * the sources, not of whatever lies there, and `--undo` puts back what tsc wrote. By rename, for whoever imports it
 * meanwhile.
 */
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { keepFile } from './keep-file.mjs';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const BANNER = '// Bundled for the package.';
/** By folder and file of what is loaded from outside. */
const PARTS = ['worker/start-worker', 'testing/crash-lab'];

const pathsOf = (part) => {
  const file = at(`dist/${part}.js`);
  return { file, bundled: `${file}.bundled`, compiled: `${file}.compiled` };
};
const isBundled = (file) => readFileSync(file, 'utf8').startsWith(BANNER);

for (const part of PARTS)
  if (process.argv[2] === '--undo') putBack(part);
  else await bundle(part);

function putBack(part) {
  const { file, compiled } = pathsOf(part);
  if (!existsSync(compiled)) return;
  // A build in between has written a newer one.
  if (isBundled(file)) renameSync(compiled, file);
  else rmSync(compiled);
}

async function bundle(part) {
  const { file, bundled, compiled } = pathsOf(part);
  const restOfPackage = {
    name: 'rest-of-package',
    setup({ onResolve }) {
      onResolve({ filter: /^\.\.\// }, ({ path, importer }) =>
        /\/action-kit\/src\/[^/]+\/[^/]+$/.test(importer.replaceAll('\\', '/'))
          ? { path, external: true }
          : undefined,
      );
    },
  };
  await build({
    entryPoints: [at(`src/${part}.ts`)],
    outfile: bundled,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@action-do/source'],
    external: ['zod', 'nats'],
    plugins: [restOfPackage],
    banner: { js: BANNER },
    logLevel: 'warning',
  });
  // Where an earlier packing was broken off, what lies there is a bundle, and what tsc wrote is kept already.
  if (!isBundled(file)) {
    rmSync(compiled, { force: true });
    keepFile(file, compiled);
  }
  renameSync(bundled, file);
}
