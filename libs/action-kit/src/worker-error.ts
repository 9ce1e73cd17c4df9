export type WorkerErrorCode =
  | 'API_KEY_MISSING'
  | 'API_KEY_MALFORMED'
  | 'OPTION_INVALID'
  | 'NATS_UNREACHABLE'
  | 'NATS_UNSAFE'
  | 'PLATFORM_UNREACHABLE'
  | 'KEY_REFUSED'
  | 'CONTRACT_REFUSED';

/** A worker that cannot serve. `code` is for programs, the message says what to do. */
export class WorkerError extends Error {
  constructor(
    readonly code: WorkerErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'WorkerError';
  }
}
