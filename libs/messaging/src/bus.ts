import type { StopSignal } from './stopper.js';

/**
 * The port of the bus: request/reply and publish/subscribe with the rules of NATS, in no vendor's words.
 *
 * Every adapter holds to these, and `bus.contract.ts` shows it:
 *  B1 a message travels as encoded bytes; nobody shares an object with the other side;
 *  B2 delivery is asynchronous: no handler runs inside `publish` or `request`;
 *  B3 of the members of one queue group exactly one gets a message; subscribers without a group all do;
 *  B4 a request that reaches no subscriber fails at once with `NoResponder`: none matches, or none has room for it;
 *  B5 every request has a deadline, and what timed out is unknown, never "failed": it may have been done; so it is
 *     where the connection breaks meanwhile (`BusInterrupted`), while without one nothing is sent (`BusUnreachable`);
 *  B6 a payload that, with its headers, is over the limit is refused at the sender, be it question or answer;
 *  B7 a handler that throws kills nobody.
 */
export type BusHeaders = Readonly<Record<string, string>>;

export interface BusMessage {
  /** Dot-separated tokens of `[A-Za-z0-9_-]`. */
  readonly subject: string;
  readonly payload: Uint8Array;
  /** Names as they were sent, values without white space around them; `header()` looks them up and ignores case. */
  readonly headers: BusHeaders;
  /** True where the sender waits for an answer. */
  readonly wantsReply: boolean;
  /**
   * Answers the sender; nothing where nobody waits. Only the first answer counts.
   * @throws PayloadTooLarge and TypeError for malformed headers (a better answer can follow), BusClosed
   */
  respond(payload: Uint8Array, headers?: BusHeaders): void;
}

/** What came back: the answer to a request. */
export type BusReply = Pick<BusMessage, 'payload' | 'headers'>;

export interface RequestOptions {
  readonly headers?: BusHeaders;
  /** Milliseconds until `BusTimeout`: 1 to 2^31 - 1. */
  readonly timeoutMs: number;
  /** Aborting stops the waiting, not the work: rejects with the signal's reason. */
  readonly signal?: StopSignal;
}

export interface SubscribeOptions {
  /** Members of one queue group share the messages; default: a subscriber of its own. */
  readonly queue?: string;
}

export interface BusSubscription {
  /** Messages delivered from now on go elsewhere; those delivered are worked off. */
  unsubscribe(): void;
  /**
   * Unsubscribes; resolves when what was delivered to this subscription is worked off and its answers are out, or the
   * bus is closed. A handler that waits for it waits for itself.
   */
  drain(): Promise<void>;
}

export type BusHandler = (message: BusMessage) => void | Promise<void>;

export interface Bus {
  /**
   * Largest payload in bytes that `publish`, `request` and `respond` take. Headers count towards it, with the bytes
   * that they take on the wire of NATS.
   */
  readonly payloadBytesMax: number;

  /** Best effort, fire and forget: without a connection it is lost. @throws PayloadTooLarge, BusClosed, TypeError for a malformed subject or header */
  publish(subject: string, payload: Uint8Array, headers?: BusHeaders): void;

  /**
   * Rejects and never throws.
   * @throws NoResponder, BusTimeout, BusUnreachable, BusInterrupted, PayloadTooLarge, BusClosed, TypeError for a
   *   malformed subject or header, RangeError for a timeout out of range
   */
  request(subject: string, payload: Uint8Array, options: RequestOptions): Promise<BusReply>;

  /**
   * @param pattern tokens, `*` for one token, `>` at the end for one or more
   * @throws BusClosed, TypeError for a malformed pattern or queue group
   */
  subscribe(pattern: string, handler: BusHandler, options?: SubscribeOptions): BusSubscription;

  /**
   * Takes no new messages, waits until all handlers that run have ended and answers are out, then closes. Until then
   * handlers can publish and ask. A handler that waits for it waits for itself.
   */
  drain(): Promise<void>;
  /** Closes at once: open requests reject with `BusClosed`. */
  close(): Promise<void>;
}
