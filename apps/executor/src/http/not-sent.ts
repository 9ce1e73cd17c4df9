/** Why nobody was asked. Public, as the cause of a failure. */
export type NotSentCode =
  | 'HTTP_NOT_ALLOWED'
  | 'HTTP_DNS'
  | 'HTTP_CONNECT'
  | 'HTTP_TLS'
  | 'HTTP_BUSY'
  | 'HTTP_SECRET'
  | 'HTTP_REQUEST'
  | 'HTTP_LATE'
  | 'HTTP_UNWANTED';

/** No byte of a request has left: nothing can have happened. The message names no address: callers see it. */
export class NotSent extends Error {
  constructor(
    readonly code: NotSentCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'NotSent';
  }
}

/** The request, or a part of it, may have arrived, and there is no answer that can be read to its end. */
export class AnswerLost extends Error {
  constructor(
    readonly code: 'HTTP_CUT' | 'HTTP_MALFORMED',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'AnswerLost';
  }
}
