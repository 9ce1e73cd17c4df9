import { existsSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EventsDigest, eventText } from './copied-event.js';
import type { CopiedLog, CopyWatch } from './copy-log.js';
import { eventLine, headerLine, trailerLine } from './file-format.js';
import type { LogSource } from './log-source.js';
import { PartLines } from './part-lines.js';
import { EXIT, Refused } from './refused.js';

/** A log holds whatever was handed to actions. */
const OWNER_ONLY = 0o600;

/**
 * Writes the log into `<file>.part`, which becomes `file` when it is whole and on the disk. What a run that died left of
 * it is compared with the source, line by line, and gone on with behind the last that is the same.
 * @throws Refused and the reason of the signal
 */
export async function writeLogFile(source: LogSource, file: string, watch: CopyWatch): Promise<CopiedLog> {
  if (existsSync(file))
    throw new Refused(
      'REQUEST_INVALID',
      EXIT.refused,
      `${file} is there already.`,
      'Name a file that is not.',
    );
  const part = `${file}.part`;
  const handle = await open(part, 'a', OWNER_ONLY);
  const lines = new PartLines(part, handle);
  let copied: CopiedLog;
  try {
    copied = await writeLines(lines, source, watch);
    await handle.sync();
  } finally {
    await lines.letGo();
    await handle.close();
  }
  await rename(part, file);
  await syncFolder(dirname(file));
  if (await source.hasGrown())
    throw new Refused(
      'REQUEST_INVALID',
      EXIT.verificationFailed,
      `${file} is whole and holds the first ${copied.events} events, but ${source.name} was written to meanwhile.`,
      'As a backup it will do. To move to another store, stop the platform and export again.',
    );
  return copied;
}

async function writeLines(
  lines: PartLines,
  source: LogSource,
  { tell, signal }: CopyWatch,
): Promise<CopiedLog> {
  const digest = new EventsDigest();
  await lines.add(headerLine(source.logId, source.count));
  let eventsBefore = 0;
  for await (const event of source.events()) {
    signal.throwIfAborted();
    const wasThere = await lines.add(eventLine(event));
    digest.add(eventText(event));
    if (wasThere) eventsBefore = digest.count;
    tell(wasThere ? 'compared' : 'copied', digest.count);
  }
  await lines.add(trailerLine(digest.count, lines.sha256()));
  await lines.end();
  return { events: digest.count, eventsBefore, digest: digest.hex() };
}

/** So that the new name survives a power cut. Windows has no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
