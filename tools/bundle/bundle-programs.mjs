/**
 * dist/: every program of the platform, bundled from what tsc made, for a start is nearly all loading of modules.
 *
 *  B1 a chunk is named by its content and never written over; a program is replaced by rename, and only after the chunks
 *     that it loads. So whoever starts one gets a whole one, old or new, whoever else builds meanwhile.
 *  B2 the stamp is written last, and tells the state of all that was read and written: what was broken off, or was
 *     overtaken by another build, is done again.
 *  B3 chunks of earlier builds stay for an hour, for those who were just starting from them.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { complaintsOf, TOLD_AS_WARNINGS } from './check-bundle.mjs';
import { bundleIsFresh, ROOT, STAMP, statesOf } from './freshness.mjs';
import { ABSENT, INSTALLED, PROGRAMS } from './plan.mjs';

const folder = join(ROOT, 'dist');
const KEEP_OLD_MS = 3_600_000;
/** What decides besides the files themselves. */
const RECIPE = [
  'node_modules/.package-lock.json',
  'tools/bundle/bundle-programs.mjs',
  'tools/bundle/check-bundle.mjs',
  'tools/bundle/plan.mjs',
];
// CommonJS in a module: what it requires of Node itself is required at run time.
const REQUIRE =
  "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);";

/** Silent when all is well; else prints what is wrong.
 *  @returns {Promise<boolean>} whether dist/ is up to date */
export async function bundlePrograms() {
  if (bundleIsFresh()) return true;
  const begunMs = Date.now();
  const made = await make();
  if (made === null) return false;
  const written = write(made.outputFiles);
  const own = Object.keys(made.metafile.inputs).filter((file) => !file.startsWith('node_modules/'));
  const states = statesOf(ROOT, [...RECIPE, ...own, ...written]);
  const read = [...RECIPE, ...own].map((file) => states[file]?.modifiedMs ?? begunMs);
  // Changed while it was read: the next build sees to it.
  if (read.every((modifiedMs) => modifiedMs < begunMs)) replace(STAMP, JSON.stringify(states));
  removeOld(written);
  return true;
}

async function make() {
  try {
    const made = await build({
      absWorkingDir: ROOT,
      entryPoints: PROGRAMS,
      outdir: folder,
      chunkNames: 'chunk-[hash]',
      external: [...Object.keys(INSTALLED), ...ABSENT],
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      // Nest tells providers apart, and we tell errors, by the names of their classes.
      keepNames: true,
      sourcemap: true,
      sourcesContent: false,
      banner: { js: REQUIRE },
      logLevel: 'error',
      logOverride: TOLD_AS_WARNINGS,
      metafile: true,
      write: false,
    });
    const complaints = complaintsOf(made);
    for (const complaint of complaints) console.error(`bundle: ${complaint}`);
    return complaints.length === 0 ? made : null;
  } catch (error) {
    console.error(`The programs could not be bundled: ${error.message}`);
    return null;
  }
}

/** @returns {string[]} what was written or was there already, relative to the root */
function write(outputFiles) {
  mkdirSync(folder, { recursive: true });
  const isProgram = ({ path }) => basename(path).replace(/\.js$/, '') in PROGRAMS;
  const inOrder = [
    ...outputFiles.filter((file) => !isProgram(file)),
    ...outputFiles.filter((file) => isProgram(file)),
  ];
  return inOrder.map(({ path, contents }) => {
    const name = basename(path);
    if (!(name.startsWith('chunk-') && existsSync(path))) replace(path, contents);
    return `dist/${name}`;
  });
}

function replace(path, contents) {
  const mine = `${path}.${process.pid}.new`;
  writeFileSync(mine, contents);
  renameSync(mine, path);
}

function removeOld(written) {
  const kept = new Set([...written.map((file) => basename(file)), basename(STAMP)]);
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const modifiedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (!kept.has(name) && modifiedMs < Date.now() - KEEP_OLD_MS) rmSync(path, { force: true });
  }
}
