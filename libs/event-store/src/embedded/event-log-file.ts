/**
 * What the embedded store needs of its file, so that a test can stand between them: hold a flush back, or make it fail.
 *
 * Positions and revisions are plain numbers inside this folder (2^53 of them), bigint only at the port.
 */

import type { WrittenAt } from './append-clock.js';

/** One append as the file keeps it: `bytes` belong to `stored-append.ts`, the file does not look inside. */
export interface LogRecord {
  readonly firstPosition: number;
  readonly bytes: Buffer;
}

/** Where one append of a stream lies. */
export interface Segment {
  readonly firstRevision: number;
  readonly firstPosition: number;
  readonly count: number;
}

export interface NewRecord extends LogRecord, Segment {
  /** What the stream is called in the index (stream-key.ts). */
  readonly streamKey: string;
  /** A record that only a newer format of the log has: the first one makes the log such a one. */
  readonly isRaw?: boolean;
}

/** What may be asked of a file by somebody who does not write it. */
export interface LogRecords {
  /** Records in order, from the one that holds `position`. To be consumed or left at once, not across an await. */
  records(position: number): Iterable<LogRecord>;

  /** The same downwards. */
  recordsBackwards(position: number): Iterable<LogRecord>;

  /** @throws CorruptLog when there is none */
  recordAt(firstPosition: number): LogRecord;

  /** A stream's segments from the one that holds `revision`, upwards. To be consumed or left at once. */
  segments(streamKey: string, revision: number): Iterable<Segment>;

  /** The same downwards. */
  segmentsBackwards(streamKey: string, revision: number): Iterable<Segment>;
}

export interface EventLogFile extends LogRecords {
  readonly logId: string;

  /** Position of the last event, 0 in an empty file. Looks at one record, however long the log is. */
  lastPosition(): number;

  /** When the last event was written; undefined in an empty file. */
  lastWritten(): WrittenAt | undefined;

  /**
   * Writes all records or none, and resolves when they would survive a power cut.
   * @throws anything: what the file holds is then unknown, and it must not be used any more
   */
  commit(group: readonly NewRecord[]): Promise<void>;

  /** Whether one of the stream's segments begins at this revision: one look-up, which costs less than a search. */
  beginsAt(streamKey: string, revision: number): boolean;

  /** Copies the file, as it is at this moment, into an empty or new folder, while appends go on. */
  backup(folder: string): Promise<void>;

  close(): Promise<void>;
}
