/**
 * dist/ while it is replaced, so that whoever starts a program meanwhile gets a whole one, old or new (B1 to B3 in
 * bundle-programs.mjs).
 */
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { STAMP, stateOf } from './freshness.mjs';

const DIST = 'dist';
const KEEP_OLD_MS = 3_600_000;

/** Takes the record away before anything is replaced: what is broken off from here on is of no build that is known.
 *  @returns {string[] | null} what the build before consists of, relative to the root; null where nobody knows */
export function takeStamp(root) {
  const stamp = join(root, STAMP);
  let files = null;
  try {
    files = Object.keys(JSON.parse(readFileSync(stamp, 'utf8'))).filter((file) =>
      file.startsWith(`${DIST}/`),
    );
  } catch {
    // None, or not whole.
  }
  rmSync(stamp, { force: true });
  return files;
}

/** Replaces each file, also one that has the same name: what lies there may be damaged.
 *  @param {{path: string, contents: Uint8Array}[]} outputFiles
 *  @returns {Record<string, object>} states of what was written, which is not what lies there where another build came after */
export function writeBundle(root, outputFiles) {
  mkdirSync(join(root, DIST), { recursive: true });
  // Who finds a new program has to find its chunks.
  const isChunk = ({ path }) => basename(path).startsWith('chunk-');
  const inOrder = [...outputFiles.filter(isChunk), ...outputFiles.filter((file) => !isChunk(file))];
  return Object.fromEntries(
    inOrder.map(({ path, contents }) => {
      const file = `${DIST}/${basename(path)}`;
      return [file, replace(join(root, file), contents)];
    }),
  );
}

/** @param {Record<string, object>} states of all that was read and written */
export function putStamp(root, states) {
  replace(join(root, STAMP), JSON.stringify(states));
}

/** Removes what was superseded an hour ago. A file's time says when that was: until then it says when it was written.
 *  @param {string[] | null} before as takeStamp() tells  @param {string[]} now relative to the root */
export function removeOld(root, before, now) {
  const kept = new Set([...now, STAMP]);
  for (const name of readdirSync(join(root, DIST))) {
    const file = `${DIST}/${name}`;
    const path = join(root, file);
    const modifiedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    // Gone: another build removes, too.
    if (kept.has(file) || modifiedMs === undefined) continue;
    if (before?.includes(file) ?? true) supersede(path);
    else if (modifiedMs < Date.now() - KEEP_OLD_MS) rmSync(path, { force: true });
  }
}

function supersede(path) {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

/** @returns {object} the state of what is put there, which keeps it when it is renamed */
function replace(path, contents) {
  const mine = `${path}.${process.pid}.new`;
  writeFileSync(mine, contents);
  const state = stateOf(mine);
  renameSync(mine, path);
  return state;
}
