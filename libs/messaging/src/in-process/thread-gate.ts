import type { MessagePort } from 'node:worker_threads';
import type { BusReply } from '../bus.js';
import type { BusLimits } from '../limits.js';
import { SlowSubscriber } from '../slow-subscriber.js';
import { FrameLink } from './frame-link.js';
import type { Connection, Envelope, Subscriber, Switchboard } from './switchboard.js';
import { type GateFrame, type HelloFrame, readThreadFrame, type ThreadFrame } from './thread-frames.js';

export interface ThreadGateEvents {
  readonly report: (error: unknown, where: string) => void;
  readonly ended: () => void;
}

/**
 * The bus's end of one thread's connection: does on the switchboard what the thread's frames ask for. Holds only the
 * thread's subscriptions; who waits and until when is known in the thread alone. When the port closes, for whatever
 * reason, the subscriptions end.
 */
export class ThreadGate implements Connection {
  readonly #link: FrameLink;
  readonly #connection: number;
  readonly #takeOffs = new Map<number, () => void>();
  readonly #ended: Promise<void>;
  #missedCount = 0;

  constructor(
    port: MessagePort,
    private readonly switchboard: Switchboard,
    limits: BusLimits,
    private readonly events: ThreadGateEvents,
  ) {
    this.#connection = switchboard.join(this);
    let announceEnded = (): void => undefined;
    this.#ended = new Promise((resolve) => {
      announceEnded = resolve;
    });
    // Before the link, whose frames come in batches: the thread reads this one alone, before it does anything else.
    port.postMessage({ kind: 'hello', ...limits } satisfies HelloFrame);
    this.#link = new FrameLink(port, limits, {
      frame: (frame) => this.#read(frame),
      malformed: (what) => this.#reportMalformed(what),
      acknowledged: () => this.#reportMissed(),
      ended: () => {
        this.#leave();
        announceEnded();
        events.ended();
      },
    });
    port.unref();
  }

  answered(request: number, reply: BusReply): void {
    this.#send({ kind: 'answered', request, ...reply });
  }

  /** Asks the thread to end its work and leave; resolves when it has left or died. */
  drain(): Promise<void> {
    this.#send({ kind: 'drain' });
    return this.#ended;
  }

  close(): void {
    this.#leave();
    this.#link.close();
  }

  #leave(): void {
    this.switchboard.leave(this.#connection);
    for (const takeOff of this.#takeOffs.values()) takeOff();
    this.#takeOffs.clear();
  }

  #read(value: unknown): void {
    const frame = readThreadFrame(value);
    if (frame === undefined) this.#reportMalformed(value);
    else this.#do(frame);
  }

  #do(frame: ThreadFrame): void {
    switch (frame.kind) {
      case 'publish':
        this.switchboard.route(frame.subject, frame.payload, frame.headers);
        return;
      case 'request': {
        const { subject, payload, headers, request } = frame;
        const replyTo = { connection: this.#connection, request };
        if (!this.switchboard.route(subject, payload, headers, replyTo))
          this.#send({ kind: 'no-responder', request });
        return;
      }
      case 'answer':
        this.switchboard.answer(frame.replyTo, frame.payload, frame.headers);
        return;
      case 'subscribe':
        this.#subscribe(frame.subscription, frame.pattern, frame.queue);
        return;
      case 'unsubscribe':
        this.#takeOffs.get(frame.subscription)?.();
        this.#takeOffs.delete(frame.subscription);
        this.#send({ kind: 'unsubscribed', subscription: frame.subscription });
        return;
      case 'bye':
        this.close();
        return;
    }
  }

  #subscribe(subscription: number, pattern: string, queue: string | undefined): void {
    if (this.#takeOffs.has(subscription)) {
      this.#reportMalformed({ kind: 'subscribe', subscription });
      return;
    }
    const subscriber: Subscriber = {
      queue,
      hasRoom: (payloadBytes) => this.#link.hasRoom(payloadBytes),
      take: (envelope) => this.#deliver(subscription, envelope),
      miss: () => {
        this.#missedCount += 1;
      },
    };
    this.#takeOffs.set(subscription, this.switchboard.subscribe(pattern, subscriber));
  }

  #deliver(subscription: number, { replyTo, ...message }: Envelope): void {
    const frame = { kind: 'message', subscription, ...message } as const;
    this.#link.sendMessage(
      (replyTo === undefined ? frame : { ...frame, replyTo }) satisfies GateFrame,
      message.payload.byteLength,
    );
  }

  #send(frame: GateFrame): void {
    this.#link.send(frame);
  }

  #reportMissed(): void {
    if (this.#missedCount === 0) return;
    this.events.report(new SlowSubscriber(this.#missedCount), 'thread');
    this.#missedCount = 0;
  }

  #reportMalformed(what: unknown): void {
    this.events.report(new TypeError('malformed frame from a thread', { cause: what }), 'thread');
  }
}
