import { StoreUnavailable } from '../errors.js';

/**
 * The server is there and does not let us in, or not do this. Nothing was written or read, as with every StoreUnavailable;
 * but it does not mend itself: somebody has to change the credentials, or the rights behind them.
 */
export class LogAccessDenied extends StoreUnavailable {
  override readonly code = 'LOG_ACCESS_DENIED';
  /** @param what "read", "append to" */
  constructor(what: string, options?: ErrorOptions) {
    super(
      `the server of the event log does not let us ${what} it: it is read-only, or the user and password of its url are ` +
        'wrong, or may not',
      options,
    );
    this.name = 'LogAccessDenied';
  }
}

/** A second store on a server in one process: the official client cannot keep two apart. */
export class SecondLogClient extends Error {
  readonly code = 'SECOND_LOG_CLIENT';
  constructor() {
    super(
      'this process has an event store on a server open already, and can have one: the official client keeps the ' +
        'appends of all its connections in one table, so that trouble of one rejects those of another, and an answer ' +
        'that comes after that ends the process. Close the first, or use it here too',
    );
    this.name = 'SecondLogClient';
  }
}

/** The server answers, but cannot do what the platform needs of a log. */
export class UnfitServer extends Error {
  readonly code = 'UNFIT_SERVER';
  /** @param servers "host:port", without credentials */
  constructor(
    readonly servers: string,
    why: string,
  ) {
    super(`the event log at ${servers} cannot be used: ${why}`);
    this.name = 'UnfitServer';
  }
}

/** Behind the same address is another log than before: positions of the one mean nothing in the other. */
export class OtherLog extends Error {
  readonly code = 'OTHER_LOG';
  constructor(
    readonly expected: string,
    readonly found: string,
  ) {
    super(`the event log was ${expected}, and its server has the log ${found} now: start again`);
    this.name = 'OtherLog';
  }
}
