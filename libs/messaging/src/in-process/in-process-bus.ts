import { MessageChannel, type MessagePort } from 'node:worker_threads';
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
import { type BusLimits, completeLimits } from '../limits.js';
import { OpenRequests } from '../open-requests.js';
import { checkOutgoing } from '../outgoing-message.js';
import { assertPattern, assertQueue, assertSubject } from '../subject-pattern.js';
import { DeliveryQueue } from './delivery-queue.js';
import { LocalSubscription } from './local-subscription.js';
import { Switchboard } from './switchboard.js';
import { ThreadGate } from './thread-gate.js';

export interface InProcessBusOptions extends Partial<BusLimits> {
  /** Told of handlers that failed, of dropped messages and of nonsense on a thread's port. Default: a process warning. */
  readonly onHandlerError?: OnHandlerError;
}

/**
 * The bus of one process, and of the threads it invites.
 *
 * The switchboard owns who listens and where answers go, `OpenRequests` who waits, `HandlerRuns` what is being worked
 * on; a `ThreadGate` is one thread's connection to the same switchboard. Nothing is stored: what nobody takes is gone.
 */
export class InProcessBus implements Bus {
  readonly payloadBytesMax: number;
  readonly #limits: BusLimits;
  readonly #switchboard = new Switchboard();
  readonly #connection: number;
  readonly #requests = new OpenRequests();
  readonly #deliveries = new DeliveryQueue();
  readonly #runs: HandlerRuns;
  readonly #unsubscribes = new Set<() => void>();
  readonly #gates = new Set<ThreadGate>();
  #state: 'open' | 'draining' | 'closed' = 'open';
  #drained: Promise<void> | undefined;
  #announceClosed: () => void = () => undefined;
  readonly #closed = new Promise<void>((resolve) => {
    this.#announceClosed = resolve;
  });

  constructor({ onHandlerError = warnOfHandlerError, ...limits }: InProcessBusOptions = {}) {
    this.#limits = completeLimits(limits);
    this.payloadBytesMax = this.#limits.payloadBytesMax;
    this.#runs = new HandlerRuns(onHandlerError);
    this.#connection = this.#switchboard.join({
      answered: (request, reply) => this.#requests.answer(request, reply),
    });
  }

  publish(subject: string, payload: Uint8Array, headers?: BusHeaders): void {
    this.#assertNotClosed();
    assertSubject(subject);
    this.#switchboard.route(subject, payload, checkOutgoing(payload, headers, this.payloadBytesMax));
  }

  async request(subject: string, payload: Uint8Array, options: RequestOptions): Promise<BusReply> {
    this.#assertNotClosed();
    assertSubject(subject);
    const headers = checkOutgoing(payload, options.headers, this.payloadBytesMax);
    const { id, reply } = this.#requests.open(subject, options);
    const replyTo = { connection: this.#connection, request: id };
    if (!this.#switchboard.route(subject, payload, headers, replyTo)) this.#requests.noResponder(id);
    return reply;
  }

  subscribe(pattern: string, handler: BusHandler, { queue }: SubscribeOptions = {}): BusSubscription {
    if (this.#state !== 'open') throw new BusClosed();
    assertPattern(pattern);
    if (queue !== undefined) assertQueue(queue);
    const subscription = new LocalSubscription(
      {
        limits: this.#limits,
        runs: this.#runs,
        deliveries: this.#deliveries,
        isClosed: () => this.#state === 'closed',
        answerTo: (address) => (payload, headers) => {
          this.#assertNotClosed();
          this.#switchboard.answer(address, payload, checkOutgoing(payload, headers, this.payloadBytesMax));
        },
      },
      pattern,
      handler,
      queue,
    );
    const takeOff = this.#switchboard.subscribe(pattern, subscription);
    const unsubscribe = (): void => {
      takeOff();
      this.#unsubscribes.delete(unsubscribe);
    };
    this.#unsubscribes.add(unsubscribe);
    return {
      unsubscribe,
      drain: () => {
        unsubscribe();
        return Promise.race([subscription.idle(), this.#closed]);
      },
    };
  }

  /**
   * One more connection to this bus, for another thread: pass the port on in a transfer list and give it to a
   * `ThreadBus` there. The bus does not stay alive for it; when the thread ends, its subscriptions end.
   */
  connectThread(): MessagePort {
    if (this.#state !== 'open') throw new BusClosed();
    const { port1, port2 } = new MessageChannel();
    const gate = new ThreadGate(port1, this.#switchboard, this.#limits, {
      report: (error, where) => this.#runs.report(error, where),
      ended: () => this.#gates.delete(gate),
    });
    this.#gates.add(gate);
    return port2;
  }

  /** This thread's handlers first, for they may need those of the other threads; then every thread's. */
  drain(): Promise<void> {
    this.#drained ??= Promise.race([this.#drainAll(), this.#closed]);
    return this.#drained;
  }

  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#unsubscribeAll();
    this.#switchboard.leave(this.#connection);
    this.#requests.failAll(() => new BusClosed());
    for (const gate of this.#gates) gate.close();
    this.#announceClosed();
  }

  async #drainAll(): Promise<void> {
    if (this.#state === 'open') this.#state = 'draining';
    this.#unsubscribeAll();
    await this.#runs.idle();
    await Promise.all([...this.#gates].map((gate) => gate.drain()));
    await this.close();
  }

  #unsubscribeAll(): void {
    for (const unsubscribe of this.#unsubscribes) unsubscribe();
  }

  #assertNotClosed(): void {
    if (this.#state === 'closed') throw new BusClosed();
  }
}
