/**
 * The log in one lmdb file, `<folder>/log.mdb`. Three tables:
 *   meta     'log' -> { format, logId }
 *   records  first position -> one append (stored-append.ts, stored-raw-append.ts)
 *   streams  [stream key, first revision] -> first position and count
 * Event ids have no table: a repeat is found by reading the stream where it claims to be.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import type { WrittenAt } from './append-clock.js';
import { CorruptLog, NotAnEventLog } from './errors.js';
import type { EventLogFile, LogRecord, LogRecords, NewRecord, Segment } from './event-log-file.js';
import { LOCK_FILE } from './folder-lock.js';
import { keepToOwner, OWNER_ONLY_FILE, OWNER_ONLY_FOLDER } from './keep-to-owner.js';
import { LogFormatRecord, readFormat } from './log-format.js';
import { refuseForeign } from './refuse-foreign.js';
import { decodeHeader } from './stored-header.js';

export const LOG_FILE = 'log.mdb';
/** lmdb's own, beside the log: who reads at present. */
const READERS_FILE = `${LOG_FILE}-lock`;
type StreamKey = [streamKey: string, firstRevision: number];

/**
 * Chosen, not left to chance:
 * - overlappingSync off: the commit itself waits for the disk, as plain LMDB does. A failed flush then rejects the commit
 *   (with it on, `flushed` would stay silent for ever), nothing is visible before it is durable, and as we run one group
 *   at a time there is nothing to overlap.
 * - eventTurnBatching stays on: puts of one turn are one transaction. commit() also says so with batch().
 * - values are our own bytes: no msgpack, no compression (it costs the writer more than the disk gains on 1 kB values).
 * - keys stay in lmdb's ordered encoding of numbers and arrays: it sorts as we need.
 * - mapSize stays unset: the map then begins small and doubles as the file grows, so no size to run out of.
 * - noMemInit stays off: unused parts of pages are zeroed, not filled with whatever the process had in memory.
 * - permissionsMode: the mode of the files that lmdb makes; its types do not list it.
 */
const LMDB_OPTIONS = {
  noSubdir: true,
  overlappingSync: false,
  encoding: 'binary',
  maxDbs: 4,
  permissionsMode: OWNER_ONLY_FILE,
} as const;

/** The file as a thread sees it that only reads. */
export type LogFileToRead = LogRecords & Pick<EventLogFile, 'logId' | 'close'>;

export class LmdbEventLogFile implements EventLogFile {
  readonly #records: Database<Buffer, number>;
  readonly #streams: Database<Buffer, StreamKey>;

  private constructor(
    private readonly root: RootDatabase<Buffer, string>,
    readonly logId: string,
    /** Absent where the file is only read. */
    private readonly format: LogFormatRecord | undefined,
    /** Lets go of lmdb's snapshot, which it keeps for the rest of a turn; a commit of this thread does that by itself. */
    private readonly lookAnew: () => void,
  ) {
    this.#records = root.openDB('records', { encoding: 'binary' });
    this.#streams = root.openDB('streams', { encoding: 'binary' });
  }

  /** @param folder exists and is locked by us  @throws NotAnEventLog, FormatTooNew */
  static async open(folder: string): Promise<LmdbEventLogFile> {
    refuseForeign(folder, LOG_FILE);
    const root = open<Buffer, string>({ ...LMDB_OPTIONS, path: join(folder, LOG_FILE) });
    try {
      const format = LogFormatRecord.readOrWrite(root, folder);
      // Not before it is known to be a log: what is somebody else's keeps its rights.
      keepToOwner(folder);
      for (const name of [LOG_FILE, READERS_FILE, LOCK_FILE]) keepToOwner(join(folder, name));
      const file = new LmdbEventLogFile(root, format.logId, format, () => undefined);
      // A predecessor may have been killed between writing and flushing: what we are about to show must be on the disk.
      flushToDisk(join(folder, LOG_FILE));
      flushFolder(folder);
      return file;
    } catch (error) {
      await root.close();
      throw error;
    }
  }

  /**
   * The same file once more, in a thread that only reads. `readOnly` gives us no way to write, and lmdb then opens the
   * tables without its writer's lock; they are open in this process already, so nothing is added to them.
   * @param folder its log is open in this process  @throws NotAnEventLog, FormatTooNew
   */
  static async openToRead(folder: string): Promise<LogFileToRead> {
    const path = join(folder, LOG_FILE);
    if (!existsSync(path)) throw new NotAnEventLog(folder, 'it holds no log');
    refuseForeign(folder, LOG_FILE);
    const root = open<Buffer, string>({ ...LMDB_OPTIONS, path, readOnly: true });
    try {
      const { logId } = readFormat(root, folder);
      return new LmdbEventLogFile(root, logId, undefined, () => root.resetReadTxn());
    } catch (error) {
      await root.close();
      throw error;
    }
  }

  lastPosition(): number {
    for (const { firstPosition, bytes } of this.recordsBackwards(Infinity))
      return firstPosition + decodeHeader(bytes).count - 1;
    return 0;
  }

  lastWritten(): WrittenAt | undefined {
    for (const { bytes } of this.recordsBackwards(Infinity)) {
      const { createdAtMs, ticks, count } = decodeHeader(bytes);
      return { createdAtMs, ticks: ticks + count - 1 };
    }
    return undefined;
  }

  async commit(group: readonly NewRecord[]): Promise<void> {
    try {
      await this.root.batch(() => {
        for (const { streamKey, firstRevision, firstPosition, count, bytes, isRaw } of group) {
          if (isRaw) this.format?.raiseForRaw();
          void this.#records.put(firstPosition, bytes);
          void this.#streams.put([streamKey, firstRevision], encodePlace(firstPosition, count));
        }
      });
      await this.root.flushed;
    } catch (error) {
      throw new Error('the event log could not be written', { cause: await causeOf(error) });
    }
  }

  *records(position: number): Generator<LogRecord> {
    this.lookAnew();
    let start = position;
    for (const key of this.#records.getKeys({ start: position, end: 0, reverse: true, limit: 1 }))
      start = key;
    for (const { key, value } of this.#records.getRange({ start, end: Infinity }))
      yield { firstPosition: key, bytes: value };
  }

  *recordsBackwards(position: number): Generator<LogRecord> {
    this.lookAnew();
    for (const { key, value } of this.#records.getRange({ start: position, end: 0, reverse: true }))
      yield { firstPosition: key, bytes: value };
  }

  recordAt(firstPosition: number): LogRecord {
    const bytes = this.#records.getBinary(firstPosition);
    if (!bytes) throw new CorruptLog(`no record at position ${firstPosition}`);
    return { firstPosition, bytes };
  }

  *segments(streamKey: string, revision: number): Generator<Segment> {
    this.lookAnew();
    let from = revision;
    for (const { firstRevision } of this.segmentsBackwards(streamKey, revision)) {
      from = firstRevision;
      break;
    }
    yield* this.#segmentsIn({ start: [streamKey, from], end: [streamKey, Infinity] });
  }

  segmentsBackwards(streamKey: string, revision: number): Generator<Segment> {
    this.lookAnew();
    return this.#segmentsIn({ start: [streamKey, revision], end: [streamKey, -1], reverse: true });
  }

  beginsAt(streamKey: string, revision: number): boolean {
    return this.#streams.doesExist([streamKey, revision]);
  }

  async backup(folder: string): Promise<void> {
    mkdirSync(folder, { recursive: true, mode: OWNER_ONLY_FOLDER });
    if (readdirSync(folder).length > 0)
      throw new Error(`a backup goes to an empty folder, ${folder} is not empty`);
    // Before the copy, which lmdb makes with the mode that the umask leaves.
    keepToOwner(folder);
    // A half-made copy never has the name of a log.
    const partial = join(folder, `${LOG_FILE}.partial`);
    await this.root.backup(partial, true);
    keepToOwner(partial);
    flushToDisk(partial);
    renameSync(partial, join(folder, LOG_FILE));
    flushFolder(folder);
  }

  async close(): Promise<void> {
    await this.root.close();
  }

  *#segmentsIn(range: { start: StreamKey; end: StreamKey; reverse?: boolean }): Generator<Segment> {
    for (const { key, value } of this.#streams.getRange(range))
      yield { firstRevision: key[1], firstPosition: value.readDoubleBE(0), count: value.readUInt16BE(8) };
  }
}

/** A double holds every position below 2^53; an append has fewer than 2^16 events. */
function encodePlace(firstPosition: number, count: number): Buffer {
  const place = Buffer.allocUnsafe(10);
  place.writeDoubleBE(firstPosition, 0);
  place.writeUInt16BE(count, 8);
  return place;
}

/** lmdb rejects with a general sentence and hands the reason over in a second promise, which must not stay unheard. */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (reason) {
    return reason;
  }
}

function flushToDisk(path: string): void {
  const fd = openSync(path, 'r+');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** The names in the folder must survive too; Windows has no such call and needs none. */
function flushFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
