/**
 * Sends appends through the official client and answers each of them within its deadline.
 *
 *  A1 what fails before it was sent is StoreUnavailable, what fails after it is AppendUnknown unless the server said
 *     that it refused it. Each append asks for the connection first, so that the two can be told apart.
 *  A2 no answer `GRACE_MS` behind the deadline is AppendUnknown. The server has the deadline too, a little earlier, and
 *     drops what it takes up after it.
 *  A3 when a connection breaks, the next append is sent when every append of the old one has ended: the client keeps
 *     what waits in one table, and a late end of the old stream would empty it (ADR 0015).
 *     The same where a connection is replaced while it has appends to answer, until it is gone. None is sent on a
 *     connection that was replaced while its caller waited for it.
 *  A4 at most `limits` are held here or by the client, which keeps an append that was answered as unknown until its
 *     stream of appends ends; more are refused, not sent.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppendUnknown, StoreUnavailable } from '../errors.js';
import type { AppendResult } from '../event-store.js';
import type { EncodedAppend } from './encode-append.js';
import { appendFailure, connectFailure } from './failures.js';
import { within } from './within.js';

/** One connection, or what a test has in its place. */
export interface AppendConnection {
  /** Resolves when an append may be sent. Nothing was sent when it rejects. */
  ready(): Promise<void>;
  /** @param deadlineMs from now on, for the server */
  send(append: EncodedAppend, deadlineMs: number): Promise<AppendResult>;
  letGo(): Promise<void>;
}

export interface AppendLimits {
  readonly waitingMax: number;
  readonly waitingBytesMax: number;
}

export const DEFAULT_APPEND_LIMITS: AppendLimits = { waitingMax: 8_192, waitingBytesMax: 64 * 1024 * 1024 };
/** Behind the server's deadline: for its own answer to arrive. */
const GRACE_MS = 250;

export class Appender {
  #connection: AppendConnection;
  /** In memory: here, or in the client's table. */
  #held = 0;
  #heldBytes = 0;
  /** Callers that wait. */
  #unanswered = 0;
  /** Handed to the client and not answered. */
  #sent = 0;
  /** Handed to the client, which keeps them. */
  #kept = 0;
  #settling: Promise<void> | undefined;
  #noneSent: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    private readonly connect: () => AppendConnection,
    private readonly deadlineMs: number,
    private readonly limits: AppendLimits = DEFAULT_APPEND_LIMITS,
  ) {
    this.#connection = connect();
  }

  /** @throws StreamConflict, AppendUnknown, StoreUnavailable, StreamCutShort; RangeError larger than the server takes */
  async append(append: EncodedAppend): Promise<AppendResult> {
    this.#take(append);
    try {
      const startedAtMs = performance.now();
      const connection = await this.#readyToSend(append, startedAtMs + this.deadlineMs / 2);
      return await this.#send(connection, append, startedAtMs + this.deadlineMs - performance.now());
    } finally {
      this.#unanswered -= 1;
      if (this.#unanswered === 0) this.#idle();
    }
  }

  /** Waits for appends under way, each of which ends by its deadline. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  refuseIfClosed(): void {
    if (this.#closing) throw new StoreUnavailable('the event store is closed');
  }

  #take({ bytes }: EncodedAppend): void {
    this.refuseIfClosed();
    const { waitingMax, waitingBytesMax } = this.limits;
    if (this.#held >= waitingMax || this.#heldBytes + bytes > waitingBytesMax)
      throw new StoreUnavailable(`${this.#held} appends wait for the event log: it is too slow, or silent`);
    this.#held += 1;
    this.#heldBytes += bytes;
    this.#unanswered += 1;
  }

  #release({ bytes }: EncodedAppend): void {
    this.#held -= 1;
    this.#heldBytes -= bytes;
  }

  /** What it resolves with may be sent on in the same turn, not later. */
  async #readyToSend(append: EncodedAppend, byMs: number): Promise<AppendConnection> {
    try {
      let connection = await this.#ready(byMs);
      while (!this.#mayUse(connection)) connection = await this.#ready(byMs);
      return connection;
    } catch (error) {
      this.#release(append);
      throw error;
    }
  }

  /** @param byMs half of the deadline at most, so that there is time left to send */
  async #ready(byMs: number): Promise<AppendConnection> {
    const late = () =>
      new StoreUnavailable('the server of the event log does not answer; nothing was appended');
    const inTime = (work: Promise<void>) => within(work, byMs - performance.now(), late);
    if (this.#settling) await inTime(this.#settling);
    const connection = this.#connection;
    try {
      await inTime(connection.ready());
    } catch (cause) {
      this.#replace(connection);
      throw connectFailure(cause);
    }
    return connection;
  }

  #mayUse(connection: AppendConnection): boolean {
    return this.#settling === undefined && this.#connection === connection;
  }

  async #send(connection: AppendConnection, append: EncodedAppend, leftMs: number): Promise<AppendResult> {
    const { streamId, expected } = append;
    this.#sent += 1;
    try {
      const late = () =>
        new AppendUnknown(streamId, { cause: new Error(`no answer within ${this.deadlineMs} ms`) });
      return await within(this.#keep(connection.send(append, leftMs), append), leftMs + GRACE_MS, late);
    } catch (cause) {
      const { error, ofConnection } = appendFailure(streamId, expected, cause);
      if (ofConnection) this.#settle();
      throw error;
    } finally {
      this.#sent -= 1;
      if (this.#sent === 0) this.#noneSent?.();
    }
  }

  async #keep(work: Promise<AppendResult>, append: EncodedAppend): Promise<AppendResult> {
    this.#kept += 1;
    try {
      return await work;
    } finally {
      this.#kept -= 1;
      this.#release(append);
    }
  }

  /** From now on appends wait until those that were sent have ended. */
  #settle(): void {
    if (this.#noneSent) return;
    const ended = new Promise<void>((resolve) => {
      this.#noneSent = resolve;
    });
    this.#holdBack(
      ended.finally(() => {
        this.#noneSent = undefined;
      }),
    );
  }

  /** And until the client has done what it does at an end. */
  #holdBack(until: Promise<void>): void {
    const settling = Promise.all([this.#settling, until]).then(async () => {
      await nextTurn();
      if (this.#settling === settling) this.#settling = undefined;
    });
    this.#settling = settling;
  }

  /** A client whose question to the server failed keeps that answer for ever. */
  #replace(connection: AppendConnection): void {
    if (this.#connection !== connection || this.#closing) return;
    this.#connection = this.connect();
    const gone = connection.letGo().catch(() => undefined);
    if (this.#kept > 0) this.#holdBack(gone);
  }

  #idle: () => void = () => {};

  async #close(): Promise<void> {
    if (this.#unanswered > 0)
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    await this.#connection.letGo();
  }
}
