/** Another opener, in this process or another, holds the folder: one log has one process. */
export class FolderInUse extends Error {
  readonly code = 'FOLDER_IN_USE';
  /** @param pid the holder's process id, where its lock file could be read */
  constructor(
    readonly folder: string,
    readonly pid: number | undefined,
  ) {
    const holder = pid === undefined ? 'another process' : `process ${pid}`;
    super(`the event log in ${folder} is in use by ${holder}; stop it, or choose another folder`);
    this.name = 'FolderInUse';
  }
}

/** The log was written by a newer version of this library, which may have changed the meaning of what is stored. */
export class FormatTooNew extends Error {
  readonly code = 'FORMAT_TOO_NEW';
  constructor(
    readonly folder: string,
    readonly found: number,
    readonly known: number,
  ) {
    super(
      `the event log in ${folder} has format ${found}, this version reads up to ${known}: update action.do`,
    );
    this.name = 'FormatTooNew';
  }
}

/** The folder holds something else: it is left as it is. */
export class NotAnEventLog extends Error {
  readonly code = 'NOT_AN_EVENT_LOG';
  constructor(
    readonly folder: string,
    reason: string,
  ) {
    super(`${folder} is not the folder of an event log (${reason}); choose an empty or a new folder`);
    this.name = 'NotAnEventLog';
  }
}

/** A stream that the port can name holds an event that it cannot say: somebody else wrote it over gRPC. */
export class ForeignEvent extends Error {
  readonly code = 'FOREIGN_EVENT';
  constructor(
    readonly streamId: string,
    readonly revision: bigint,
  ) {
    super(
      `event ${revision} of stream ${streamId} is none of action.do: it is the server's own, or its data is no JSON object, or its metadata no flat strings`,
    );
    this.name = 'ForeignEvent';
  }
}

/** Stored bytes do not say what they must. Never repaired by guessing: restore a backup. */
export class CorruptLog extends Error {
  readonly code = 'CORRUPT_LOG';
  constructor(message: string, options?: ErrorOptions) {
    super(`the event log is corrupt: ${message}`, options);
    this.name = 'CorruptLog';
  }
}
