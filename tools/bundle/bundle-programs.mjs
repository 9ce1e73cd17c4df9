/**
 * dist/: every program of the platform, bundled from what tsc made, for a start is nearly all loading of modules.
 *
 *  B1 a chunk is named by its content; chunks and programs are replaced by rename, a program only after the chunks that it
 *     loads. So whoever starts one gets a whole one, old or new, whoever else builds meanwhile.
 *  B2 the stamp is written last, and tells the state of all that was read and of what this build wrote: what was broken
 *     off, was overtaken by another build, or was damaged, is done again.
 *  B3 what a build supersedes stays for an hour from then on, for those who were just starting from it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { complaintsOf, TOLD_AS_WARNINGS } from './check-bundle.mjs';
import { isFresh, statesOf } from './freshness.mjs';
import { decidingFiles } from './inputs.mjs';
import { ABSENT, INSTALLED, PROGRAMS } from './plan.mjs';
import { putStamp, removeOld, takeStamp, writeBundle } from './write-bundle.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
// CommonJS in a module: what it requires of Node itself is required at run time.
const REQUIRE =
  "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);";

const TELL_STALE = join(ROOT, 'tools/bundle/tell-stale.mjs');
/** What is started as a process says first whether it is of an earlier build. */
const firstTellingStale = {
  name: 'first-telling-stale',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/apps\/[^/]+\/dist\/main\.js$/ }, ({ path }) => ({
      // On the line of the first statement: source maps count lines.
      contents: `import ${JSON.stringify(TELL_STALE)}; ${readFileSync(path, 'utf8')}`,
    })),
};

/** Silent when all is well; else prints what is wrong.
 *  @returns {Promise<boolean>} whether dist/ is up to date */
export async function bundlePrograms() {
  if (isFresh(ROOT)) return true;
  const begunMs = Date.now();
  const made = await make();
  if (made === null) return false;
  const before = takeStamp(ROOT);
  const written = writeBundle(ROOT, made.outputFiles);
  const read = statesOf(ROOT, decidingFiles(ROOT, Object.keys(made.metafile.inputs)));
  // Changed while it was read: the next build sees to it.
  if (Object.values(read).every((state) => state !== null && state.modifiedMs < begunMs))
    putStamp(ROOT, { ...read, ...written });
  removeOld(ROOT, before, Object.keys(written));
  return true;
}

async function make() {
  try {
    const made = await build({
      absWorkingDir: ROOT,
      entryPoints: PROGRAMS,
      outdir: join(ROOT, 'dist'),
      chunkNames: 'chunk-[hash]',
      external: [...Object.keys(INSTALLED), ...ABSENT],
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      // tsc has read them; esbuild would take paths and more from each that it finds.
      tsconfigRaw: '{}',
      // Nest tells providers apart, and we tell errors, by the names of their classes.
      keepNames: true,
      sourcemap: true,
      sourcesContent: false,
      banner: { js: REQUIRE },
      logLevel: 'error',
      logOverride: TOLD_AS_WARNINGS,
      plugins: [firstTellingStale],
      metafile: true,
      write: false,
    });
    const complaints = complaintsOf(made, ROOT);
    for (const complaint of complaints) console.error(`bundle: ${complaint}`);
    return complaints.length === 0 ? made : null;
  } catch (error) {
    console.error(`The programs could not be bundled: ${error.message}`);
    return null;
  }
}
