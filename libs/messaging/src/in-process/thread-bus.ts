import { setImmediate } from 'node:timers/promises';
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type {
  Bus,
  BusHandler,
  BusHeaders,
  BusReply,
  BusSubscription,
  RequestOptions,
  SubscribeOptions,
} from '../bus.js';
import { BusClosed } from '../errors.js';
import { HandlerRuns, type OnHandlerError, warnOfHandlerError } from '../handler-runs.js';
import { IncomingMessage, type SendAnswer } from '../incoming-message.js';
import { OpenRequests } from '../open-requests.js';
import { checkOutgoing, copyPayload } from '../outgoing-message.js';
import { SlowSubscriber } from '../slow-subscriber.js';
import { assertPattern, assertQueue, assertSubject } from '../subject-pattern.js';
import { FrameLink } from './frame-link.js';
import type { ReplyAddress } from './switchboard.js';
import { type GateFrame, readGateFrame, readHelloFrame, type ThreadFrame } from './thread-frames.js';

export interface ThreadBusOptions {
  /** Default: a process warning. */
  readonly onHandlerError?: OnHandlerError;
}

interface ThreadSubscription {
  readonly handler: BusHandler;
  readonly runs: HandlerRuns;
  readonly gone: Promise<void>;
  readonly announceGone: () => void;
  isLeaving: boolean;
}

/**
 * A connection to the bus of another thread, over a port from its `connectThread()`. Keeps this thread alive until it
 * is closed. A subscription becomes effective when the other thread has read of it: what this connection sends
 * afterwards can rely on it, what others send may miss it. So it is on NATS.
 */
export class ThreadBus implements Bus {
  readonly payloadBytesMax: number;
  readonly #link: FrameLink;
  readonly #requests = new OpenRequests();
  readonly #runs: HandlerRuns;
  readonly #subscriptions = new Map<number, ThreadSubscription>();
  #lastSubscription = 0;
  #missedCount = 0;
  #state: 'open' | 'draining' | 'closed' = 'open';
  #drained: Promise<void> | undefined;
  #announceEnded: () => void = () => undefined;
  readonly #ended = new Promise<void>((resolve) => {
    this.#announceEnded = resolve;
  });

  /** @throws TypeError where the port is not fresh from `connectThread()` */
  constructor(port: MessagePort, { onHandlerError = warnOfHandlerError }: ThreadBusOptions = {}) {
    const hello = readHelloFrame(receiveMessageOnPort(port)?.message);
    if (hello === undefined) throw new TypeError('a ThreadBus needs a fresh port of connectThread()');
    this.payloadBytesMax = hello.payloadBytesMax;
    this.#runs = new HandlerRuns(onHandlerError);
    this.#link = new FrameLink(port, hello, {
      frame: (frame) => this.#read(frame),
      malformed: (what) => this.#reportMalformed(what),
      acknowledged: () => this.#reportMissed(),
      ended: () => this.#end(),
    });
  }

  publish(subject: string, payload: Uint8Array, headers?: BusHeaders): void {
    this.#assertNotClosed();
    assertSubject(subject);
    const sealed = checkOutgoing(payload, headers, this.payloadBytesMax);
    if (!this.#sendMessage({ kind: 'publish', subject, payload: copyPayload(payload), headers: sealed })) {
      this.#missedCount += 1;
    }
  }

  async request(subject: string, payload: Uint8Array, options: RequestOptions): Promise<BusReply> {
    this.#assertNotClosed();
    assertSubject(subject);
    const headers = checkOutgoing(payload, options.headers, this.payloadBytesMax);
    const { id, reply } = this.#requests.open(subject, options);
    const frame = { kind: 'request', request: id, subject, payload: copyPayload(payload), headers } as const;
    if (!this.#sendMessage(frame)) this.#requests.noResponder(id);
    return reply;
  }

  subscribe(pattern: string, handler: BusHandler, { queue }: SubscribeOptions = {}): BusSubscription {
    if (this.#state !== 'open') throw new BusClosed();
    assertPattern(pattern);
    if (queue !== undefined) assertQueue(queue);
    this.#lastSubscription += 1;
    const id = this.#lastSubscription;
    let announceGone = (): void => undefined;
    const gone = new Promise<void>((resolve) => {
      announceGone = resolve;
    });
    const subscription = { handler, runs: this.#runs.makePart(), gone, announceGone, isLeaving: false };
    this.#subscriptions.set(id, subscription);
    this.#link.send({
      kind: 'subscribe',
      subscription: id,
      pattern,
      ...(queue !== undefined && { queue }),
    } satisfies ThreadFrame);
    return {
      unsubscribe: () => void this.#unsubscribe(id),
      drain: () => Promise.race([this.#drainOne(id, subscription), this.#ended]),
    };
  }

  drain(): Promise<void> {
    this.#drained ??= Promise.race([this.#leave(), this.#ended]);
    return this.#drained;
  }

  async close(): Promise<void> {
    if (this.#state !== 'closed') {
      this.#end();
      this.#link.close();
    }
    await this.#ended;
  }

  async #leave(): Promise<void> {
    if (this.#state === 'open') this.#state = 'draining';
    await Promise.all([...this.#subscriptions.keys()].map((id) => this.#unsubscribe(id)));
    await this.#runs.idle();
    // The gate closes the port when it has read everything up to here: then the answers are out.
    this.#link.send({ kind: 'bye' } satisfies ThreadFrame);
    await this.#ended;
  }

  async #drainOne(id: number, { runs }: ThreadSubscription): Promise<void> {
    await this.#unsubscribe(id);
    await runs.idle();
    // The link posts its frames, and so the last answers, once a turn of the event loop.
    await setImmediate();
  }

  /** The handler stays until the gate confirms: messages may be under way. */
  #unsubscribe(id: number): Promise<void> {
    const subscription = this.#subscriptions.get(id);
    if (subscription === undefined) return Promise.resolve();
    if (!subscription.isLeaving)
      this.#link.send({ kind: 'unsubscribe', subscription: id } satisfies ThreadFrame);
    subscription.isLeaving = true;
    return subscription.gone;
  }

  #end(): void {
    this.#state = 'closed';
    this.#subscriptions.clear();
    this.#requests.failAll(() => new BusClosed());
    this.#announceEnded();
  }

  #read(value: unknown): void {
    const frame = readGateFrame(value);
    if (frame === undefined) this.#reportMalformed(value);
    else this.#do(frame);
  }

  #do(frame: GateFrame): void {
    switch (frame.kind) {
      case 'message':
        this.#handle(frame);
        return;
      case 'answered':
        this.#requests.answer(frame.request, { payload: frame.payload, headers: frame.headers });
        return;
      case 'no-responder':
        this.#requests.noResponder(frame.request);
        return;
      case 'unsubscribed':
        this.#subscriptions.get(frame.subscription)?.announceGone();
        this.#subscriptions.delete(frame.subscription);
        return;
      case 'drain':
        void this.drain();
        return;
    }
  }

  #handle({ subscription, subject, payload, headers, replyTo }: GateFrame & { kind: 'message' }): void {
    const receiver = this.#subscriptions.get(subscription);
    if (receiver === undefined) return;
    receiver.runs.admit();
    receiver.runs.run(
      receiver.handler,
      new IncomingMessage(subject, { payload, headers }, replyTo && this.#answerTo(replyTo)),
    );
  }

  #answerTo(replyTo: ReplyAddress): SendAnswer {
    return (payload, headers) => {
      this.#assertNotClosed();
      const sealed = checkOutgoing(payload, headers, this.payloadBytesMax);
      this.#link.send({
        kind: 'answer',
        replyTo,
        payload: copyPayload(payload),
        headers: sealed,
      } satisfies ThreadFrame);
    };
  }

  /** @returns false where too much is under way: nothing was sent */
  #sendMessage(frame: ThreadFrame & { kind: 'publish' | 'request' }): boolean {
    if (!this.#link.hasRoom(frame.payload.byteLength)) return false;
    this.#link.sendMessage(frame, frame.payload.byteLength);
    return true;
  }

  #reportMissed(): void {
    if (this.#missedCount === 0) return;
    this.#runs.report(new SlowSubscriber(this.#missedCount), 'thread');
    this.#missedCount = 0;
  }

  #reportMalformed(what: unknown): void {
    this.#runs.report(new TypeError('malformed frame for a thread', { cause: what }), 'thread');
  }

  #assertNotClosed(): void {
    if (this.#state === 'closed') throw new BusClosed();
  }
}
