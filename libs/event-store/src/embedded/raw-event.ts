/** An event as a client of the gRPC server sends and gets it: bytes, of which the log looks at none. */
export interface NewRawEvent {
  /** UUID in lower case. */
  readonly id: string;
  readonly type: string;
  /** Whether the client called its data JSON; nobody checks that it is. */
  readonly isJson: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export interface RawEvent extends NewRawEvent {
  /** Any text, not only the port's stream ids. */
  readonly streamName: string;
  readonly revision: bigint;
  readonly position: bigint;
  /** Ticks of 100 ns since the Unix epoch: the event's own, and never going back over the log. */
  readonly createdTicks: bigint;
}

/** The event that ends a stream for ever stands behind every other: no append can be at its revision. */
export const TOMBSTONE_REVISION = Number.MAX_SAFE_INTEGER;
