/** Whether a bundle is of what lies there: each file that it was made of, and each that it is, has to be as it was. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Of dist/, as the states of what it was made of; relative to the root. */
export const STAMP = 'dist/made-of.json';

/** By time and size: who writes the same again within a tick of the clock is not seen. */
export const stateOf = (path) => {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? null : { modifiedMs: stat.mtimeMs, bytes: stat.size };
};

/** @param {string} root  @param {string[]} files relative to it  @returns {Record<string, object | null>} */
export const statesOf = (root, files) =>
  Object.fromEntries(files.map((file) => [file, stateOf(join(root, file))]));

/** @returns {boolean} false also where nothing is known */
export const isFresh = (root) => changedIn(root)?.length === 0;

/** @param {(file: string) => boolean} matters whether to look at this one
 *  @returns {string[] | null} files that are not as they were, or gone; null where nothing is known */
export function changedIn(root, matters = () => true) {
  let told;
  try {
    told = JSON.parse(readFileSync(join(root, STAMP), 'utf8'));
  } catch {
    return null;
  }
  return Object.entries(told)
    .filter(([file, was]) => {
      if (!matters(file)) return false;
      const is = stateOf(join(root, file));
      return is === null || is.modifiedMs !== was?.modifiedMs || is.bytes !== was.bytes;
    })
    .map(([file]) => file);
}
