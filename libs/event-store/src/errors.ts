/** Someone wrote to the stream since `expected`, or the stream is not where the caller thought. */
export class StreamConflict extends Error {
  readonly code = 'STREAM_CONFLICT';
  /** @param actual the stream's last revision now, `'no-stream'` where it does not exist */
  constructor(
    readonly streamId: string,
    readonly expected: bigint | 'no-stream',
    readonly actual: bigint | 'no-stream',
  ) {
    super(`stream ${streamId}: expected ${expected}, found ${actual}`);
    this.name = 'StreamConflict';
  }
}

/** The answer to an append was lost: it may have been written. Repeating the same ids at the same place is safe. */
export class AppendUnknown extends Error {
  readonly code = 'APPEND_UNKNOWN';
  constructor(
    readonly streamId: string,
    options?: ErrorOptions,
  ) {
    super(`nobody can say whether the append to ${streamId} was written`, options);
    this.name = 'AppendUnknown';
  }
}

/** Nothing was written or read: the store is closed or out of reach. */
export class StoreUnavailable extends Error {
  readonly code: 'STORE_UNAVAILABLE' | 'LOG_ACCESS_DENIED' = 'STORE_UNAVAILABLE';
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreUnavailable';
  }
}

/** Events of a stream are gone: it was deleted or truncated by somebody with the right to do so. */
export class StreamCutShort extends Error {
  readonly code = 'STREAM_CUT_SHORT';
  constructor(
    readonly streamId: string,
    what: string,
    options?: ErrorOptions,
  ) {
    super(
      `stream ${streamId} is not whole: ${what}. Somebody deleted or truncated it where the log is served; ` +
        'what was done for its key can no longer be known. Restore it from a backup',
      options,
    );
    this.name = 'StreamCutShort';
  }
}
