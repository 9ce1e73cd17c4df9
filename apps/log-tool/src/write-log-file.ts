import { constants, existsSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lockFile } from '@action-do/event-store';
import { EventsDigest, eventText } from './copied-event.js';
import type { CopiedLog, CopyWatch } from './copy-log.js';
import { eventLine, headerLine, trailerLine } from './file-format.js';
import type { LogSource } from './log-source.js';
import { PartLines } from './part-lines.js';
import { EXIT, Refused } from './refused.js';

/** A log holds whatever was handed to actions. */
const OWNER_ONLY = 0o600;

/** Neither appends nor cuts what is there: it is made where it is not. */
const READ_WRITE_MAKE = constants.O_RDWR | constants.O_CREAT;

/**
 * Writes the log into `<file>.part`, which becomes `file` when it is whole, on the disk, and was read back. What a run
 * that died left of it is compared with the source, line by line, and gone on with behind the last that is the same.
 * @throws Refused and the reason of the signal
 */
export async function writeLogFile(source: LogSource, file: string, watch: CopyWatch): Promise<CopiedLog> {
  refuseWhatIsThere(file);
  const part = `${file}.part`;
  const handle = await open(part, READ_WRITE_MAKE, OWNER_ONLY);
  let copied: CopiedLog;
  try {
    if (!lockFile(handle.fd)) throw underWay(part);
    // Whoever had the lock until now may just have given it its name.
    refuseWhatIsThere(file);
    copied = await writeLines(part, new PartLines(handle), source, watch);
    // Under the lock, or another run would write on in what is whole.
    await rename(part, file);
  } finally {
    await handle.close();
  }
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

function refuseWhatIsThere(file: string): void {
  if (existsSync(file))
    throw new Refused(
      'REQUEST_INVALID',
      EXIT.refused,
      `${file} is there already.`,
      'Name a file that is not.',
    );
}

const underWay = (part: string): Refused =>
  new Refused(
    'IN_PROGRESS',
    EXIT.refused,
    `Another export writes ${part}.`,
    'Wait until it has ended, or name another file.',
  );

async function writeLines(
  part: string,
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
  if (!(await lines.end(signal)))
    throw new Refused(
      'INTERNAL',
      EXIT.verificationFailed,
      `${part} does not hold what was written to it.`,
      'Look at the disk and who else writes there. Run again, it goes on behind the last line that is right.',
    );
  tell('verified', digest.count);
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
