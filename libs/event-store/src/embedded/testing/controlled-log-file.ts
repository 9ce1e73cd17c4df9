/** Stands between the store and its file: what a test needs to hold a flush back, to make it fail, or to see the groups. */
import type { EventLogFile, NewRecord } from '../event-log-file.js';

export class ControlledLogFile implements EventLogFile {
  readonly logId: string;
  /** Events of each group, in order. */
  readonly groups: number[] = [];
  /** When set, the next commits fail with it and write nothing. */
  failure: Error | undefined;
  #gate: Promise<void> | undefined;
  #openGate: () => void = () => {};
  #written: () => void = () => {};

  constructor(private readonly file: EventLogFile) {
    this.logId = file.logId;
  }

  /** From now on a commit writes to the file, but does not say so until `letFlushesGo`. */
  holdFlushes(): void {
    this.#gate = new Promise((resolve) => {
      this.#openGate = resolve;
    });
  }

  letFlushesGo(): void {
    this.#gate = undefined;
    this.#openGate();
  }

  /** Resolves when the next commit has reached the file, held back or not. */
  nextWrite(): Promise<void> {
    return new Promise((resolve) => {
      this.#written = resolve;
    });
  }

  async commit(group: readonly NewRecord[]): Promise<void> {
    this.groups.push(group.reduce((events, { count }) => events + count, 0));
    if (!this.failure) await this.file.commit(group);
    this.#written();
    await this.#gate;
    if (this.failure) throw this.failure;
  }

  lastPosition() {
    return this.file.lastPosition();
  }
  records(position: number) {
    return this.file.records(position);
  }
  lastWritten() {
    return this.file.lastWritten();
  }
  recordsBackwards(position: number) {
    return this.file.recordsBackwards(position);
  }
  recordAt(firstPosition: number) {
    return this.file.recordAt(firstPosition);
  }
  segments(streamId: string, revision: number) {
    return this.file.segments(streamId, revision);
  }
  segmentsBackwards(streamId: string, revision: number) {
    return this.file.segmentsBackwards(streamId, revision);
  }
  beginsAt(streamKey: string, revision: number) {
    return this.file.beginsAt(streamKey, revision);
  }
  backup(folder: string) {
    return this.file.backup(folder);
  }
  close() {
    return this.file.close();
  }
}
