import type { LoggerService } from '@nestjs/common';
import {
  type CustomTransportStrategy,
  type MessageHandler,
  type MsPattern,
  Server,
} from '@nestjs/microservices';
import type { Bus, BusMessage, BusSubscription } from '../bus.js';
import { patternsOverlap, wildcardTokens } from '../subject-pattern.js';
import { Answering } from './answering.js';
import type { BusAnswer } from './bus-answer.js';
import { BusContext } from './bus-context.js';

/** For handlers of a hybrid application that are meant for the bus alone. */
export const busTransport = Symbol('action.do bus');

const fixedAnswer: BusAnswer = { payload: new TextEncoder().encode('{"code":"INTERNAL"}') };

export interface BusServerOptions {
  /** Stays the caller's: the server never closes it. */
  readonly bus: Bus;
  /** The queue group of all handlers that name none: `@MessagePattern(pattern, { queue: 'other' })`; false for none. */
  readonly queue: string;
  /** The answer to a request whose handling ended in `error`: the application owns the form of its errors. */
  readonly errorAnswer: (error: unknown, message: BusMessage) => BusAnswer;
  /** Sent where `errorAnswer` fails too. Default: `{"code":"INTERNAL"}` */
  readonly lastResort?: BusAnswer;
  /** Told of what no requester can be told. Default: Nest's logger. */
  readonly logger?: Pick<LoggerService, 'error'>;
}

/**
 * Nest handlers on the bus. Messages are bytes and headers without a framework's envelope: a handler takes
 * `(@Payload() payload: Uint8Array, @Ctx() context: BusContext)` and returns a `BusAnswer`, a promise of it, or an
 * observable whose first value counts. Without decorators Nest passes the payload alone. Guards, interceptors, pipes
 * and filters work as usual; `PassErrorsFilter` is what lets `errorAnswer` see the errors themselves.
 *
 *  N1 every request that reaches a handler is answered: by the handler, by `errorAnswer`, or by the last resort;
 *  N2 no message, however malformed, ends anything but its own handling;
 *  N3 every message has one handler only: patterns of one queue group do not overlap;
 *  N4 `close` lets running handlers end and their answers out.
 */
export class BusServer extends Server implements CustomTransportStrategy {
  override readonly transportId = busTransport;
  readonly #bus: Bus;
  readonly #queue: string;
  readonly #answering: Answering;
  readonly #subscriptions: BusSubscription[] = [];

  constructor({ bus, queue, errorAnswer, lastResort = fixedAnswer, logger }: BusServerOptions) {
    super();
    this.#bus = bus;
    this.#queue = queue;
    this.#answering = new Answering({ errorAnswer, lastResort, logger: logger ?? this.logger });
  }

  /** @throws Error for a second request handler of the same pattern, which Nest would let replace the first */
  override addHandler(
    pattern: MsPattern,
    callback: MessageHandler,
    isEventHandler = false,
    extras: Record<string, unknown> = {},
  ): void {
    const known = this.messageHandlers.get(this.normalizePattern(pattern));
    if (known !== undefined && !(isEventHandler && known.isEventHandler)) {
      throw new Error(`two handlers for ${this.getPatternAsString(pattern)}`);
    }
    super.addHandler(pattern, callback, isEventHandler, extras);
  }

  listen(callback: (error?: unknown) => void): void {
    try {
      this.#assertNoOverlap();
      for (const [pattern, handler] of this.messageHandlers) {
        this.#subscriptions.push(this.#subscribe(pattern, handler));
      }
    } catch (error) {
      this.#unsubscribeAll();
      callback(error);
      return;
    }
    callback();
  }

  /** Takes no new messages; resolves when those taken are answered. The application goes on. */
  async drain(): Promise<void> {
    await Promise.all(this.#subscriptions.map((subscription) => subscription.drain()));
  }

  close(): Promise<void> {
    return this.drain();
  }

  on(): never {
    throw new Error('the bus has no events of its own');
  }

  unwrap<T>(): T {
    const bus: unknown = this.#bus;
    return bus as T;
  }

  #assertNoOverlap(): void {
    const seen: { pattern: string; queue: string }[] = [];
    for (const [pattern, handler] of this.messageHandlers) {
      const queue = this.#queueOf(handler);
      if (queue === undefined) continue;
      const rival = seen.find((other) => other.queue === queue && patternsOverlap(other.pattern, pattern));
      if (rival !== undefined)
        throw new Error(`${pattern} and ${rival.pattern} overlap in queue group ${queue}`);
      seen.push({ pattern, queue });
    }
  }

  #queueOf(handler: MessageHandler): string | undefined {
    const chosen: unknown = handler.extras?.['queue'];
    if (chosen === false) return undefined;
    return typeof chosen === 'string' ? chosen : this.#queue;
  }

  #subscribe(pattern: string, handler: MessageHandler): BusSubscription {
    const queue = this.#queueOf(handler);
    const serve = (message: BusMessage): Promise<void> => {
      const context = new BusContext([message, wildcardTokens(pattern, message.subject) ?? []]);
      return this.#run(handler, context);
    };
    return this.#bus.subscribe(pattern, serve, queue === undefined ? {} : { queue });
  }

  /** Between Nest's processing hooks, which may come from anyone and may throw. Never rejects. */
  #run(handler: MessageHandler, context: BusContext): Promise<void> {
    return new Promise((resolve) => {
      try {
        this.runWithProcessingHooks(context, async (runEndHook) => {
          await this.#answering.handle(handler, context);
          this.#answering.attempt(runEndHook);
          resolve();
        });
      } catch (error) {
        this.#answering.fail(error, handler, context.message);
        resolve();
      }
    });
  }

  #unsubscribeAll(): void {
    for (const subscription of this.#subscriptions.splice(0)) subscription.unsubscribe();
  }
}
