import type { BusHeaders, BusMessage, BusReply } from './bus.js';

/** Checks an answer and sends it. @throws PayloadTooLarge, BusClosed, TypeError: then nothing was sent */
export type SendAnswer = (payload: Uint8Array, headers: BusHeaders | undefined) => void;

/** One message in the hands of one handler. */
export class IncomingMessage implements BusMessage {
  readonly payload: Uint8Array;
  readonly headers: BusHeaders;
  readonly wantsReply: boolean;
  #sendAnswer: SendAnswer | undefined;

  constructor(
    readonly subject: string,
    { payload, headers }: BusReply,
    sendAnswer: SendAnswer | undefined,
  ) {
    this.payload = payload;
    this.headers = headers;
    this.wantsReply = sendAnswer !== undefined;
    this.#sendAnswer = sendAnswer;
  }

  respond(payload: Uint8Array, headers?: BusHeaders): void {
    this.#sendAnswer?.(payload, headers);
    // Only after it went out: who was refused with an answer too large may still send a smaller one.
    this.#sendAnswer = undefined;
  }
}
