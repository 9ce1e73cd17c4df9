/**
 * The first line of a stored append: what it is, as JSON, UTF-8.
 *
 *     ["action-default.9f2c",0,2,1767225600000]              stream, first revision, events, createdAtMs
 *     ["action-default.9f2c",0,2,1767225600000,12]           ... and ticks of 100 ns, unless they are 0
 *     ["$$orders",0,1,1767225600000,0,"raw"]                 ... and that raw events follow (stored-raw-append.ts)
 *
 * A reader with a filter looks at this line only. A member that older versions may overlook (the ticks: they read a fixed
 * number of members and leave the rest) may come behind the others within a format; one that changes what follows (`"raw"`),
 * or another meaning of what is there, is a new format of the log.
 */
import type { WrittenAt } from './append-clock.js';
import { CorruptLog } from './errors.js';

const LINE_END = 0x0a;
const RAW = 'raw';

export interface AppendHeader extends WrittenAt {
  readonly streamId: string;
  readonly firstRevision: number;
  readonly count: number;
  /** The events are as a client of the gRPC server sent them, not in the words of the port. */
  readonly isRaw: boolean;
}

export function encodeHeader({
  streamId,
  firstRevision,
  count,
  createdAtMs,
  ticks,
  isRaw,
}: AppendHeader): string {
  const line: unknown[] = [streamId, firstRevision, count, createdAtMs];
  if (ticks !== 0 || isRaw) line.push(ticks);
  if (isRaw) line.push(RAW);
  return JSON.stringify(line);
}

/** @throws CorruptLog */
export function decodeHeader(bytes: Buffer): AppendHeader {
  const line = parseLine(bytes.toString('utf8', 0, lineEnd(bytes, 0)));
  const [streamId, firstRevision, count, createdAtMs, ticks = 0, layout] = line;
  if (
    typeof streamId !== 'string' ||
    typeof firstRevision !== 'number' ||
    typeof count !== 'number' ||
    typeof createdAtMs !== 'number' ||
    typeof ticks !== 'number' ||
    (layout !== undefined && layout !== RAW)
  )
    throw new CorruptLog(`the first line of a record does not fit: ${JSON.stringify(line).slice(0, 200)}`);
  return { streamId, firstRevision, count, createdAtMs, ticks, isRaw: layout === RAW };
}

/** Where the line that begins at `from` ends. @throws CorruptLog */
export function lineEnd(bytes: Buffer, from: number): number {
  const end = bytes.indexOf(LINE_END, from);
  if (end < 0) throw new CorruptLog('a record has a line without an end');
  return end;
}

/** @throws CorruptLog */
export function parseLine(json: string): unknown[] {
  const line = parseStored(json);
  if (!Array.isArray(line)) throw new CorruptLog('a line of a record is not an array');
  return line;
}

/** @throws CorruptLog */
export function parseStored(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new CorruptLog('a record is not JSON', { cause });
  }
}
