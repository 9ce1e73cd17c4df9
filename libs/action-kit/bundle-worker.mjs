/**
 * Before packing: puts the worker and the internal packages that it needs into one file, dist/worker/start-worker.js, so
 * that a stranger can install the package. What is published stays outside (zod, nats), and so does the rest of dist:
 * errors and definitions must be of one copy. By rename, for whoever imports the old file at this moment.
 */
import { renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const entry = fileURLToPath(new URL('dist/worker/start-worker.js', import.meta.url));
const bundled = `${entry}.bundled`;

const restOfPackage = {
  name: 'rest-of-package',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.\// }, ({ path, importer }) =>
      /\/libs\/action-kit\/dist\/worker\/[^/]+$/.test(importer.replaceAll('\\', '/'))
        ? { path, external: true }
        : undefined,
    );
  },
};

await build({
  entryPoints: [entry],
  outfile: bundled,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: ['zod', 'nats'],
  plugins: [restOfPackage],
  logLevel: 'warning',
});
renameSync(bundled, entry);
