/**
 * Around packing: for its time, dist/worker/start-worker.js is the worker and the internal packages that it needs in one
 * file, so that a stranger can install the package. What is published stays outside (zod, nats), and so does the rest of
 * dist: errors and definitions must be of one copy.
 *
 * The file belongs to tsc, which looks at its inputs alone and would never write it again. So the bundle is made of the
 * sources, not of whatever lies there, and `--undo` puts back what tsc wrote. By rename, for whoever imports it meanwhile.
 */
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const worker = at('dist/worker/start-worker.js');
const bundled = `${worker}.bundled`;
const compiled = `${worker}.compiled`;
const BANNER = '// Bundled for the package.';

const isBundled = () => readFileSync(worker, 'utf8').startsWith(BANNER);

if (process.argv[2] === '--undo') putBack();
else await bundle();

function putBack() {
  if (!existsSync(compiled)) return;
  // A build in between has written a newer one.
  if (isBundled()) renameSync(compiled, worker);
  else rmSync(compiled);
}

async function bundle() {
  const restOfPackage = {
    name: 'rest-of-package',
    setup({ onResolve }) {
      onResolve({ filter: /^\.\.\// }, ({ path, importer }) =>
        /\/action-kit\/src\/worker\/[^/]+$/.test(importer.replaceAll('\\', '/'))
          ? { path, external: true }
          : undefined,
      );
    },
  };
  await build({
    entryPoints: [at('src/worker/start-worker.ts')],
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
  if (!isBundled()) copyFileSync(worker, compiled);
  renameSync(bundled, worker);
}
