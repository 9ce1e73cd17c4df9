/**
 * Around packing: for its time package.json has no doors to sources, which are not packed. One of them, for the simulation,
 * leads nowhere else, so that the published package has no such door at all. `--undo` puts back what was there.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { keepFile } from './keep-file.mjs';

const SOURCE = '@action-do/source';
const file = fileURLToPath(new URL('package.json', import.meta.url));
const kept = `${file}.kept`;

if (process.argv[2] === '--undo') {
  if (existsSync(kept)) renameSync(kept, file);
} else {
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  // Where an earlier packing was broken off, what was there is kept already.
  if (!existsSync(kept)) keepFile(file, kept);
  const doors = Object.entries(manifest.exports).map(([name, door]) => [name, withoutSource(door)]);
  const exports = Object.fromEntries(doors.filter(([, door]) => door !== null));
  // By rename: what is kept is the file itself.
  writeFileSync(`${file}.packed`, `${JSON.stringify({ ...manifest, exports }, null, 2)}\n`);
  renameSync(`${file}.packed`, file);
}

/** @returns null where nothing is left */
function withoutSource(door) {
  if (typeof door === 'string') return door;
  const { [SOURCE]: _, ...others } = door;
  return Object.keys(others).length > 0 ? others : null;
}
