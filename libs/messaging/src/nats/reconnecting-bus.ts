import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Msg, MsgHdrsImpl } from 'nats';
import type {
  BusHandler,
  BusHeaders,
  BusReply,
  BusSubscription,
  RequestOptions,
  SubscribeOptions,
} from '../bus.js';
import { BusClosed, BusInterrupted, BusUnreachable } from '../errors.js';
import { HandlerRuns, type OnHandlerError } from '../handler-runs.js';
import type { SendAnswer } from '../incoming-message.js';
import { type BusLimits, PendingWindow } from '../limits.js';
import { OpenRequests } from '../open-requests.js';
import { checkOutgoing } from '../outgoing-message.js';
import { assertPattern, assertQueue, assertSubject } from '../subject-pattern.js';
import { isAnswerable } from './answerable.js';
import { copyFromSocket } from './copy-from-socket.js';
import type { NatsBus, NatsBusOptions } from './nats-bus-options.js';
import { NatsPermissionDenied } from './nats-errors.js';
import { isNoResponder, readHeaders, writeHeaders } from './nats-headers.js';
import type { NatsLink } from './nats-link.js';
import { NatsSubscription, type NatsSubscriptionHome } from './nats-subscription.js';
import type { Ask } from './stream-check.js';
import { unguessableIds } from './unguessable-ids.js';

const RECONNECT_WAIT_MS = { least: 50, most: 500 };
/** For a server that no longer reads, closing does not wait. */
const LAST_FLUSH_MS_MAX = 1_000;

export interface ReconnectingBusParts {
  readonly limits: BusLimits;
  /** What the subjects of all answers begin with. */
  readonly inbox: string;
  readonly onHandlerError: OnHandlerError;
  readonly onStatus: NonNullable<NatsBusOptions['onStatus']>;
  readonly makeHeaders: (code?: number, description?: string) => MsgHdrsImpl;
  /** A next link. @throws where no server takes it */
  readonly dial: (signal: AbortSignal) => Promise<NatsLink>;
  /** @throws what is wrong with the server of this link */
  readonly inspect: (link: NatsLink, ask: Ask) => Promise<void>;
}

/**
 * The bus over NATS. It lives through any number of links, one at a time, and owns what has to outlive them: who
 * listens, who waits, what is being worked on.
 *
 *  L1 without a link nothing is kept for later: a request rejects, a published message is lost;
 *  L2 when a link ends, all that waits rejects with `BusInterrupted`, before the next link exists;
 *  L3 a next link has all subscriptions before anybody can send on it;
 *  L4 all answers come to one inbox, whose subjects nobody can guess.
 */
export class ReconnectingBus implements NatsBus {
  readonly #inbox: string;
  readonly #requests = new OpenRequests(unguessableIds());
  readonly #runs: HandlerRuns;
  readonly #home: NatsSubscriptionHome;
  readonly #subscriptions = new Set<NatsSubscription>();
  readonly #closing = new AbortController();
  #link: NatsLink | undefined;
  #payloadBytesMax = 0;
  #lostCount = 0;
  #state: 'open' | 'draining' | 'closed' = 'open';
  #drained: Promise<void> | undefined;
  #gone: Promise<void> | undefined;
  #announceClosed: () => void = () => undefined;
  readonly #closed = new Promise<void>((resolve) => {
    this.#announceClosed = resolve;
  });

  /** `start` makes it usable. */
  constructor(private readonly parts: ReconnectingBusParts) {
    this.#inbox = `${parts.inbox}.${randomBytes(16).toString('base64url')}.`;
    this.#runs = new HandlerRuns(parts.onHandlerError);
    this.#home = {
      runs: this.#runs,
      pending: new PendingWindow(parts.limits),
      isClosed: () => this.#state === 'closed',
      answerTo: (replySubject) => this.#answerTo(replySubject),
      refuse: (replySubject, status, why) => this.#refuse(replySubject, status, why),
    };
  }

  get payloadBytesMax(): number {
    return this.#payloadBytesMax;
  }

  get isConnected(): boolean {
    return this.#link !== undefined;
  }

  /** @throws where no server takes the connection, or something is wrong with the one that does: close it then */
  async start(): Promise<void> {
    const link = await this.parts.dial(this.#closing.signal);
    this.#attach(link);
    await this.parts.inspect(link, this.#ask);
  }

  publish(subject: string, payload: Uint8Array, headers?: BusHeaders): void {
    this.#assertNotClosed();
    assertSubject(subject);
    const sealed = checkOutgoing(payload, headers, this.#payloadBytesMax);
    if (!this.#send(subject, payload, sealed)) this.#lostCount += 1;
  }

  async request(subject: string, payload: Uint8Array, options: RequestOptions): Promise<BusReply> {
    this.#assertNotClosed();
    assertSubject(subject);
    return this.#request(subject, payload, options);
  }

  subscribe(pattern: string, handler: BusHandler, { queue }: SubscribeOptions = {}): BusSubscription {
    if (this.#state !== 'open') throw new BusClosed();
    assertPattern(pattern);
    if (queue !== undefined) assertQueue(queue);
    const subscription = new NatsSubscription(this.#home, pattern, handler, queue);
    this.#subscriptions.add(subscription);
    if (this.#link !== undefined) subscription.attach(this.#link);
    return {
      unsubscribe: () => void this.#leave(subscription),
      drain: () => Promise.race([this.#drainOne(subscription), this.#closed]),
    };
  }

  drain(): Promise<void> {
    this.#drained ??= Promise.race([this.#drainAll(), this.#closed]);
    return this.#drained;
  }

  close(): Promise<void> {
    this.#gone ??= this.#close();
    return this.#gone;
  }

  async #close(): Promise<void> {
    this.#state = 'closed';
    this.#closing.abort();
    this.#requests.failAll(() => new BusClosed());
    this.#subscriptions.clear();
    this.#announceClosed();
    const link = this.#link;
    this.#link = undefined;
    if (link !== undefined) {
      await within(LAST_FLUSH_MS_MAX, link.flush());
      link.close();
    }
    this.#tell('closed', 'the bus is closed');
  }

  async #drainAll(): Promise<void> {
    if (this.#state === 'open') this.#state = 'draining';
    await Promise.all([...this.#subscriptions].map((subscription) => this.#leave(subscription)));
    await this.#runs.idle();
    // The last answers are out, and those to questions of our own are back.
    await this.#link?.flush();
    await this.close();
  }

  async #drainOne(subscription: NatsSubscription): Promise<void> {
    await this.#leave(subscription);
    await subscription.idle();
    await this.#link?.flush();
  }

  #leave(subscription: NatsSubscription): Promise<void> {
    this.#subscriptions.delete(subscription);
    return subscription.leave();
  }

  #attach(link: NatsLink): void {
    this.#payloadBytesMax = link.payloadBytesMax;
    link.subscribe(`${this.#inbox}*`, undefined, (error, message) => {
      // The vendor's client reads no further where this throws.
      try {
        if (error === null) this.#answered(message);
        else this.#runs.report(new NatsPermissionDenied(`${this.#inbox}*`), 'nats');
      } catch (unreadable) {
        this.#runs.report(new TypeError('a malformed answer was dropped', { cause: unreadable }), 'nats');
      }
    });
    for (const subscription of this.#subscriptions) subscription.attach(link);
    this.#link = link;
    // Each subscription tells of its own denial.
    link.onDenied((subject, deed) => {
      if (deed === 'publish') this.#runs.report(new NatsPermissionDenied(subject), 'nats');
    });
    void link.ended.then((why) => this.#interrupted(link, why));
  }

  #interrupted(link: NatsLink, why: string): void {
    if (link !== this.#link) return;
    this.#link = undefined;
    this.#requests.failAll((subject) => new BusInterrupted(subject));
    this.#tell('disconnected', why);
    void this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    const { signal } = this.#closing;
    const { least, most } = RECONNECT_WAIT_MS;
    while (!signal.aborted) {
      try {
        await delay(least + Math.random() * (most - least), undefined, { signal });
        const link = await this.parts.dial(signal);
        if (signal.aborted) link.close();
        else this.#resume(link);
        return;
      } catch {
        // Not there yet, or closed meanwhile.
      }
    }
  }

  #resume(link: NatsLink): void {
    this.#attach(link);
    const lost = this.#lostCount > 0 ? `; ${this.#lostCount} published messages were lost` : '';
    this.#lostCount = 0;
    this.#tell('reconnected', `${link.server}${lost}`);
    this.parts.inspect(link, this.#ask).catch((fault: unknown) => {
      if (link === this.#link) this.#runs.report(fault, 'nats');
    });
  }

  /** For subjects of the server's own, which no user of the bus can name. */
  readonly #ask: Ask = (subject, payload, timeoutMs) => this.#request(subject, payload, { timeoutMs });

  async #request(subject: string, payload: Uint8Array, options: RequestOptions): Promise<BusReply> {
    const headers = checkOutgoing(payload, options.headers, this.#payloadBytesMax);
    const { id, reply } = this.#requests.open(subject, options);
    if (!this.#send(subject, payload, headers, this.#inbox + id)) {
      this.#requests.fail(id, new BusUnreachable(subject));
    }
    return reply;
  }

  #answered(message: Msg): void {
    const id = Number(message.subject.slice(this.#inbox.length));
    if (isNoResponder(message)) this.#requests.noResponder(id);
    else {
      const headers = readHeaders(message);
      this.#requests.answer(id, { payload: copyFromSocket(message.data), headers });
    }
  }

  #answerTo(replySubject: string): SendAnswer | undefined {
    if (replySubject === '') return undefined;
    if (!isAnswerable(replySubject)) {
      this.#runs.report(new TypeError('an answer is wanted where none may go'), replySubject.slice(0, 80));
      return undefined;
    }
    return (payload, headers) => {
      this.#assertNotClosed();
      const sealed = checkOutgoing(payload, headers, this.#payloadBytesMax);
      if (!this.#send(replySubject, payload, sealed)) this.#lostCount += 1;
    };
  }

  #refuse(replySubject: string, status: number, why: string): void {
    if (replySubject === '' || !isAnswerable(replySubject)) return;
    this.#link?.send(replySubject, new Uint8Array(0), this.parts.makeHeaders(status, why));
  }

  /** @returns false where nothing was sent */
  #send(subject: string, payload: Uint8Array, sealed: BusHeaders, reply?: string): boolean {
    const headers = writeHeaders(sealed, this.parts.makeHeaders);
    // Out of Buffer's pool: it lives for a turn or two, and memory of its own would cost more than the message.
    return this.#link?.send(subject, Buffer.from(payload), headers, reply) ?? false;
  }

  #tell(...told: Parameters<ReconnectingBusParts['onStatus']>): void {
    try {
      this.parts.onStatus(...told);
    } catch (error) {
      this.#runs.report(error, 'onStatus');
    }
  }

  #assertNotClosed(): void {
    if (this.#state === 'closed') throw new BusClosed();
  }
}

/** Resolves with the work, or when the time is over. */
async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  const timer = new AbortController();
  await Promise.race([work, delay(timeoutMs, undefined, { signal: timer.signal })]);
  timer.abort();
}
