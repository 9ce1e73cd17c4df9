/** Whether a bundle is of what lies there: each file that it was made of, and each that it is, has to be as it was. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Of dist/, as the states of what it was made of. */
export const STAMP = join(ROOT, 'dist/made-of.json');

const stateOf = (file) => {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? null : { modifiedMs: stat.mtimeMs, bytes: stat.size };
};

/** @param {string} root  @param {string[]} files relative to it  @returns {Record<string, object | null>} */
export const statesOf = (root, files) =>
  Object.fromEntries(files.map((file) => [file, stateOf(join(root, file))]));

export const bundleIsFresh = () => isFresh(ROOT, STAMP);

/** @param {string} stamp the file with the states  @returns {boolean} false also where there is none */
export function isFresh(root, stamp) {
  let told;
  try {
    told = JSON.parse(readFileSync(stamp, 'utf8'));
  } catch {
    return false;
  }
  return Object.entries(told).every(([file, was]) => {
    const is = stateOf(join(root, file));
    return is !== null && is.modifiedMs === was?.modifiedMs && is.bytes === was.bytes;
  });
}
