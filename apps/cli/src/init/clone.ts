import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { usageFailure } from '../cli-failure.js';
import { memberOf } from '../reason.js';

/** The package of the whole repository, in its root. */
const ROOT_PACKAGE = '@action-do/source';

/**
 * Folder of the clone that this ado is of: what is not published is found there, be it built or not.
 * @throws CliFailure usage: this ado is of no clone
 */
export function folderOfClone(root = new URL('../../../../', import.meta.url)): string {
  if (nameOfPackage(root) === ROOT_PACKAGE) return fileURLToPath(root);
  throw usageFailure(
    'This ado is not in a clone of action.do, and the packages that a project needs are not published yet.',
    'Run it from a clone: npm install, npm run build, npx ado init <folder>.',
  );
}

function nameOfPackage(root: URL): unknown {
  try {
    return memberOf(JSON.parse(readFileSync(new URL('package.json', root), 'utf8')), 'name');
  } catch {
    return undefined;
  }
}
