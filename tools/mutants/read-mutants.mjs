/**
 * The mutants as they lie in test/mutants: a header that says what is wrong and what must find it, then a unified diff.
 * What must find it is the simulation, with what it must say of it where that matters (a part of the line), or one test
 * of one spec, by the beginning of its title: `Caught by: <path> › <title>`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const HEADER =
  /^Wrong: (.+)\nCaught by: (?:(simulation)\n(?:Shows as: (.+)\n)?|(\S+\.spec\.ts) › (.+)\n)\n(?=diff --git )/;

/**
 * @typedef {{ name: string, path: string, wrong: string, caughtBy: string, title?: string, showsAs?: string }} Mutant
 * @param {string} root  @returns {Mutant[]} by name  @throws Error one has no header
 */
export function readMutants(root) {
  const folder = join(root, 'test/mutants');
  const files = readdirSync(folder).filter((file) => file.endsWith('.patch'));
  return files.sort().map((file) => {
    const path = join(folder, file);
    const header = HEADER.exec(readFileSync(path, 'utf8'));
    if (header === null)
      throw new Error(
        `${file} does not begin with "Wrong: …" and "Caught by: simulation" or "Caught by: <path of a spec> › <title>"`,
      );
    const [, wrong = '', simulation, showsAs, spec = '', title] = header;
    return {
      name: file.replace(/\.patch$/, ''),
      path,
      wrong,
      caughtBy: simulation ?? spec,
      ...(title === undefined ? {} : { title }),
      ...(showsAs === undefined ? {} : { showsAs }),
    };
  });
}

/** @param {string} tree  @param {Mutant} mutant  @throws Error it does not fit the sources any more */
export const applyPatch = (tree, mutant) => git(tree, ['apply', mutant.path], mutant);

export const takeBack = (tree, mutant) => git(tree, ['apply', '--reverse', mutant.path], mutant);

/** Changes nothing. @throws Error it does not fit the sources any more, or what must find it is not there */
export function checkPatch(tree, mutant) {
  git(tree, ['apply', '--check', mutant.path], mutant);
  const { name, caughtBy, title } = mutant;
  if (
    title !== undefined &&
    !textsOf(join(tree, caughtBy)).some((text) => text.includes(title.replaceAll("'", "\\'")))
  )
    throw new Error(`mutant ${name} is to be caught by ${caughtBy} › ${title}, which is not there`);
}

/** A spec, and the contract suites beside it that it may run; none where it is not there. */
function textsOf(spec) {
  if (!existsSync(spec)) return [];
  const folder = dirname(spec);
  const contracts = readdirSync(folder).filter((file) => file.endsWith('.contract.ts'));
  return [spec, ...contracts.map((file) => join(folder, file))].map((file) => readFileSync(file, 'utf8'));
}

function git(cwd, args, { name }) {
  // A copy is no repository, and must not be taken for a part of one that it lies in.
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: join(cwd, '..') };
  const { status, stderr } = spawnSync('git', args, { cwd, encoding: 'utf8', env });
  if (status !== 0)
    throw new Error(
      `mutant ${name} does not fit the sources any more. git apply --3way mostly finds its place: then git diff is the new patch. ${stderr}`,
    );
}
