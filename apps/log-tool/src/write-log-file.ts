import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type CopiedEvent, EventsDigest, eventText } from './copied-event.js';
import type { CopiedLog, CopyWatch } from './copy-log.js';
import { eventLine, headerLine, trailerLine } from './file-format.js';
import type { LogSource } from './log-source.js';
import { EXIT, Refused } from './refused.js';

const CHUNK_BYTES = 1_024 * 1_024;
/** A log holds whatever was handed to actions. */
const OWNER_ONLY = 0o600;

/**
 * Writes the log into `<file>.part`, which becomes `file` when it is whole and on the disk; one that was left by a run
 * that died is written anew.
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
  const handle = await open(part, 'w', OWNER_ONLY);
  let copied: CopiedLog;
  try {
    copied = await writeLines(handle, source, watch);
    await handle.sync();
  } finally {
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
  handle: FileHandle,
  source: LogSource,
  { tell, signal }: CopyWatch,
): Promise<CopiedLog> {
  const bytes = createHash('sha256');
  const digest = new EventsDigest();
  let chunk = headerLine(source.logId, source.count);
  const flush = async (): Promise<void> => {
    bytes.update(chunk);
    await handle.writeFile(chunk);
    chunk = '';
  };
  const take = (event: CopiedEvent): void => {
    chunk += eventLine(event);
    digest.add(eventText(event));
  };
  for await (const event of source.events()) {
    signal.throwIfAborted();
    take(event);
    if (chunk.length < CHUNK_BYTES) continue;
    await flush();
    tell('copied', digest.count);
  }
  await flush();
  tell('copied', digest.count);
  await handle.writeFile(trailerLine(digest.count, bytes.digest('hex')));
  return { events: digest.count, eventsBefore: 0, digest: digest.hex() };
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
