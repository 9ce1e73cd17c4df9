import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import type { CopiedEvent } from './copied-event.js';
import { Header, readEventLine, Trailer } from './file-format.js';
import { fileLines } from './file-lines.js';
import { NOTHING } from './left-out.js';
import type { LogSource } from './log-source.js';
import { EXIT, Refused } from './refused.js';

const CHUNK_BYTES = 1_024 * 1_024;

/**
 * A log in a file, looked through from its first byte to its last before anything is done with it.
 * @throws Refused it is not there, is none, is not whole, or was changed
 */
export async function readLogFile(file: string): Promise<LogSource> {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true)
    throw new Refused(
      'NOT_FOUND',
      EXIT.notFound,
      `${file} is no file.`,
      'Name a file that ado log export wrote.',
    );
  const { header, sha256 } = await checkFile(file);
  return {
    logId: header.logId,
    name: file,
    count: header.events,
    leftOut: NOTHING,
    events: () => eventsOf(file),
    hasGrown: async () => (await checkFile(file)).sha256 !== sha256,
  };
}

async function checkFile(file: string): Promise<{ header: Header; sha256: string }> {
  const bytes = createHash('sha256');
  let header: Header | undefined;
  let last: Buffer | undefined;
  let lines = 0;
  try {
    for await (const line of linesOf(file)) {
      lines += 1;
      if (lines === 1) header = Header.parse(JSON.parse(line.toString()));
      // The last line is known to be it only when no other follows.
      if (last !== undefined) {
        bytes.update(last);
        if (lines > 2) readEventLine(last.toString());
      }
      last = line;
    }
  } catch (error) {
    throw lines === 1
      ? new Refused('BODY_INVALID', EXIT.refused, `${file} does not begin as a log does.`, WHICH, {
          cause: error,
        })
      : damaged(file, `line ${Math.max(1, lines - 1)} is no event`, error);
  }
  const trailer = trailerIn(last);
  const sha256 = bytes.digest('hex');
  if (header === undefined) throw damaged(file, 'it is empty');
  if (trailer === undefined)
    throw damaged(file, 'its last line is missing: it was cut off, or is still being written');
  if (trailer.sha256 !== sha256) throw damaged(file, 'its bytes are not those that were written');
  if (trailer.events !== header.events || lines !== header.events + 2)
    throw damaged(file, `it says ${header.events} events and has ${lines - 2}`);
  return { header, sha256 };
}

const linesOf = (file: string): AsyncGenerator<Buffer> =>
  fileLines(createReadStream(file, { highWaterMark: CHUNK_BYTES }));

async function* eventsOf(file: string): AsyncGenerator<CopiedEvent> {
  let before: Buffer | undefined;
  let lines = 0;
  for await (const line of linesOf(file)) {
    if (lines > 1 && before !== undefined) yield readEventLine(before.toString());
    before = line;
    lines += 1;
  }
}

function trailerIn(line: Buffer | undefined): Trailer | undefined {
  try {
    return Trailer.parse(JSON.parse(String(line)));
  } catch {
    return undefined;
  }
}

const WHICH = 'Name a file that ado log export wrote with this version or an older one.';

const damaged = (file: string, what: string, cause?: unknown): Refused =>
  new Refused(
    'BODY_INVALID',
    EXIT.verificationFailed,
    `${file} is damaged: ${what}. Nothing was written.`,
    WHICH,
    {
      cause,
    },
  );
