import type { Msg } from 'nats';
import type { BusHandler, BusHeaders } from '../bus.js';
import type { HandlerRuns } from '../handler-runs.js';
import { IncomingMessage, type SendAnswer } from '../incoming-message.js';
import type { PendingWindow } from '../limits.js';
import { SlowSubscriber } from '../slow-subscriber.js';
import { assertSubject } from '../subject-pattern.js';
import { copyFromSocket } from './copy-from-socket.js';
import { NatsPermissionDenied } from './nats-errors.js';
import { readHeaders } from './nats-headers.js';
import type { LinkSubscription, NatsLink } from './nats-link.js';

/** What a subscription needs of the bus that it belongs to. */
export interface NatsSubscriptionHome {
  readonly runs: HandlerRuns;
  /** What the handlers of this connection work on at once. */
  readonly pending: PendingWindow;
  readonly isClosed: () => boolean;
  /** Undefined where nobody waits, or no answer may go there. */
  readonly answerTo: (replySubject: string) => SendAnswer | undefined;
  readonly refuse: (replySubject: string, status: 400 | 503, why: string) => void;
}

/** A handler and the messages in its hands; outlives the links that bring them. */
export class NatsSubscription {
  readonly #runs: HandlerRuns;
  #onLink: LinkSubscription | undefined;
  #left: Promise<void> | undefined;
  #missedCount = 0;

  constructor(
    private readonly home: NatsSubscriptionHome,
    private readonly pattern: string,
    private readonly handler: BusHandler,
    private readonly queue: string | undefined,
  ) {
    this.#runs = home.runs.makePart();
  }

  attach(link: NatsLink): void {
    this.#onLink = link.subscribe(this.pattern, this.queue, (error, message) => {
      // The vendor's client reads no further where this throws.
      try {
        if (error === null) this.#take(message);
        else this.#runs.report(new NatsPermissionDenied(this.pattern), this.pattern);
      } catch (unreadable) {
        this.#runs.report(unreadable, this.pattern);
      }
    });
  }

  /** Resolves when no message comes any more: those under way when it left are taken. */
  leave(): Promise<void> {
    this.#left ??= this.#onLink?.leave() ?? Promise.resolve();
    return this.#left;
  }

  async idle(): Promise<void> {
    await this.#left;
    await this.#runs.idle();
  }

  #take(message: Msg): void {
    if (this.home.isClosed()) return;
    const reply = message.reply ?? '';
    const payloadBytes = message.data.byteLength;
    if (!this.home.pending.hasRoom(payloadBytes)) {
      this.#missedCount += 1;
      // Outside of a group others have the request too: to say that nobody does would not be true.
      if (this.queue !== undefined) this.home.refuse(reply, 503, 'No Room');
      return;
    }
    this.#reportMissed();
    let headers: BusHeaders;
    try {
      assertSubject(message.subject);
      headers = readHeaders(message);
    } catch (error) {
      this.home.refuse(reply, 400, 'Malformed Message');
      this.#runs.report(new TypeError('a malformed message was dropped', { cause: error }), this.pattern);
      return;
    }
    this.#run(message.subject, copyFromSocket(message.data), headers, this.home.answerTo(reply));
  }

  #run(subject: string, payload: Uint8Array, headers: BusHeaders, answer: SendAnswer | undefined): void {
    const { pending } = this.home;
    const payloadBytes = payload.byteLength;
    pending.add(1, payloadBytes);
    this.#runs.admit();
    this.#runs.run(this.handler, new IncomingMessage(subject, { payload, headers }, answer), () =>
      pending.remove(1, payloadBytes),
    );
  }

  /** Once there is room again and not once a message: a flood of reports would be the next overload. */
  #reportMissed(): void {
    if (this.#missedCount === 0) return;
    const missedCount = this.#missedCount;
    this.#missedCount = 0;
    this.#runs.report(new SlowSubscriber(missedCount), this.pattern);
  }
}
