/** Nobody listens on the subject: known at once, nothing was done. */
export class NoResponder extends Error {
  readonly code = 'NO_RESPONDER';
  constructor(readonly subject: string) {
    super(`nobody answers ${subject}`);
    this.name = 'NoResponder';
  }
}

/** No answer within the deadline. The work may have been done: unknown, never "failed". */
export class BusTimeout extends Error {
  readonly code = 'BUS_TIMEOUT';
  constructor(
    readonly subject: string,
    readonly timeoutMs: number,
  ) {
    super(`no answer from ${subject} within ${timeoutMs} ms`);
    this.name = 'BusTimeout';
  }
}

/** No connection to the bus, or it takes no more: nothing was sent, nothing was done. Ask again later. */
export class BusUnreachable extends Error {
  readonly code = 'BUS_UNREACHABLE';
  constructor(readonly subject: string) {
    super(`the bus cannot be reached: the request to ${subject} was not sent`);
    this.name = 'BusUnreachable';
  }
}

/** The connection broke while the answer was awaited. The work may have been done: unknown, never "failed". */
export class BusInterrupted extends Error {
  readonly code = 'BUS_INTERRUPTED';
  constructor(readonly subject: string) {
    super(`the connection to the bus broke before ${subject} answered`);
    this.name = 'BusInterrupted';
  }
}

/** The payload is larger than the bus carries: nothing was sent. */
export class PayloadTooLarge extends Error {
  readonly code = 'PAYLOAD_TOO_LARGE';
  constructor(
    readonly payloadBytes: number,
    readonly payloadBytesMax: number,
  ) {
    super(`payload of ${payloadBytes} bytes, the bus carries at most ${payloadBytesMax}`);
    this.name = 'PayloadTooLarge';
  }
}

/** The bus was closed or drained; what was sent before may have been done. */
export class BusClosed extends Error {
  readonly code = 'BUS_CLOSED';
  constructor() {
    super('the bus is closed');
    this.name = 'BusClosed';
  }
}
