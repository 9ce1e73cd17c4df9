import type { BusHandler } from '../bus.js';
import type { HandlerRuns } from '../handler-runs.js';
import { IncomingMessage, type SendAnswer } from '../incoming-message.js';
import { type BusLimits, PendingWindow } from '../limits.js';
import { SlowSubscriber } from '../slow-subscriber.js';
import type { DeliveryQueue } from './delivery-queue.js';
import type { Envelope, ReplyAddress, Subscriber } from './switchboard.js';

/** What a subscription needs of the bus that it belongs to. */
export interface LocalSubscriptionHome {
  readonly limits: BusLimits;
  readonly runs: HandlerRuns;
  readonly deliveries: DeliveryQueue;
  readonly isClosed: () => boolean;
  readonly answerTo: (address: ReplyAddress) => SendAnswer;
}

/** A handler of this thread, and what waits for it. */
export class LocalSubscription implements Subscriber {
  readonly #pending: PendingWindow;
  readonly #runs: HandlerRuns;
  #missedCount = 0;

  constructor(
    private readonly home: LocalSubscriptionHome,
    private readonly pattern: string,
    private readonly handler: BusHandler,
    readonly queue: string | undefined,
  ) {
    this.#pending = new PendingWindow(home.limits);
    this.#runs = home.runs.makePart();
  }

  /** Resolves once nothing that it took is left to do. */
  idle(): Promise<void> {
    return this.#runs.idle();
  }

  hasRoom(payloadBytes: number): boolean {
    return this.#pending.hasRoom(payloadBytes);
  }

  take(envelope: Envelope): void {
    this.#pending.add(1, envelope.payload.byteLength);
    this.#runs.admit();
    this.home.deliveries.push(() => this.#deliver(envelope));
  }

  miss(): void {
    this.#missedCount += 1;
  }

  #deliver(envelope: Envelope): void {
    const { isClosed, answerTo } = this.home;
    this.#pending.remove(1, envelope.payload.byteLength);
    this.#reportMissed();
    if (isClosed()) {
      this.#runs.skip();
      return;
    }
    const { subject, replyTo } = envelope;
    this.#runs.run(this.handler, new IncomingMessage(subject, envelope, replyTo && answerTo(replyTo)));
  }

  /** Once a batch and not once a message: a flood of reports would be the next overload. */
  #reportMissed(): void {
    if (this.#missedCount === 0) return;
    const missedCount = this.#missedCount;
    this.#missedCount = 0;
    this.#runs.report(new SlowSubscriber(missedCount), this.pattern);
  }
}
