import { copyFileSync, linkSync } from 'node:fs';

/**
 * Keeps a file under another name while something else is renamed over it. By a link, so that what is put back is the very
 * file, with its time: else whatever was made of it would seem out of date. Where the disk has no links, by a copy.
 */
export function keepFile(file, kept) {
  try {
    linkSync(file, kept);
  } catch {
    copyFileSync(file, kept);
  }
}
