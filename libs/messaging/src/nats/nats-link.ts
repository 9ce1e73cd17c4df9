import type { Msg, MsgHdrs, NatsConnection, NatsError, PublishOptions } from 'nats';

const MiB = 1024 * 1024;
/** What the server has not confirmed: more than this waits for no server. */
const UNCONFIRMED_BYTES_MAX = 64 * MiB;
const CONFIRM_EVERY_BYTES = MiB;
/** Of one message, beside its payload. */
const OVERHEAD_BYTES = 256;
const UNANSWERED_PINGS_MAX = 2;

export type OnDenied = (subject: string, deed: 'publish' | 'subscribe') => void;
export type OnMessage = (error: NatsError | null, message: Msg) => void;

interface Outgoing {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly options: PublishOptions;
}

export interface LinkSubscription {
  /** Resolves when the server sends nothing more for it, and what it sent has been handed over. Never rejects. */
  leave(): Promise<void>;
}

/**
 * One connection to one server, from its greeting to its end; it is never repaired, but replaced by another.
 *
 * The vendor's client queues without bound for a server that does not read, and cannot give up a socket whose buffer
 * is full. Hence two things of our own: a window of bytes that the server has not confirmed, and the pings. And it makes
 * a system call for nearly every message; here what is sent in two turns of the event loop goes out together.
 */
export class NatsLink {
  readonly ended: Promise<string>;
  readonly #announceEnded: (why: string) => void;
  readonly #pings: NodeJS.Timeout;
  #unansweredPings = 0;
  #unconfirmedBytes = 0;
  #unmarkedBytes = 0;
  #outgoing: Outgoing[] = [];
  #isEnded = false;

  /** @param connection made with `reconnect: false` */
  constructor(
    private readonly connection: NatsConnection,
    pingIntervalMs: number,
  ) {
    let announceEnded: (why: string) => void = () => undefined;
    this.ended = new Promise((resolve) => {
      announceEnded = resolve;
    });
    this.#announceEnded = announceEnded;
    this.#pings = setInterval(() => this.#ping(), pingIntervalMs);
    void connection.closed().then((error) => this.#end(error?.message ?? 'the server ended the connection'));
  }

  get server(): string {
    return this.connection.getServer();
  }

  get version(): string {
    return this.connection.info?.version ?? '';
  }

  get carriesHeaders(): boolean {
    return this.connection.info?.headers === true;
  }

  get payloadBytesMax(): number {
    return this.connection.info?.max_payload ?? MiB;
  }

  /** @param payload the link's own from now on @returns false where nothing will be sent */
  send(subject: string, payload: Uint8Array, headers?: MsgHdrs, reply?: string): boolean {
    if (this.#isEnded || this.#unconfirmedBytes > UNCONFIRMED_BYTES_MAX) return false;
    const options: PublishOptions = {};
    if (headers !== undefined) options.headers = headers;
    if (reply !== undefined) options.reply = reply;
    // One turn more: what it reads is answered in the same system call, and where it reads nothing it is over at once.
    if (this.#outgoing.push({ subject, payload, options }) === 1)
      setImmediate(() => setImmediate(() => this.#sendOutgoing()));
    this.#count(payload.byteLength + OVERHEAD_BYTES);
    return true;
  }

  #sendOutgoing(): void {
    const outgoing = this.#outgoing;
    this.#outgoing = [];
    for (const { subject, payload, options } of outgoing) {
      if (this.#isEnded) return;
      try {
        this.connection.publish(subject, payload, options);
      } catch (error) {
        // It ends just now, or it cannot carry what it must: either way whoever waits is told at once.
        this.#end(`a message could not be sent: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  subscribe(pattern: string, queue: string | undefined, onMessage: OnMessage): LinkSubscription {
    if (this.#isEnded) return { leave: () => Promise.resolve() };
    this.#sendOutgoing();
    const subscription = this.connection.subscribe(pattern, {
      callback: onMessage,
      ...(queue !== undefined && { queue }),
    });
    return {
      leave: () => {
        // What was sent before is answered before.
        this.#sendOutgoing();
        return this.#unlessEnded(subscription.isClosed() ? Promise.resolve() : subscription.drain());
      },
    };
  }

  /** Resolves when the server has read all that was sent, or the link is at its end. Never rejects. */
  flush(): Promise<void> {
    this.#sendOutgoing();
    return this.#unlessEnded(this.connection.flush());
  }

  get isOpen(): boolean {
    return !this.#isEnded;
  }

  /** @param tell told of all that the server does not let this connection do; must not throw */
  onDenied(tell: OnDenied): void {
    void this.#watchDenials(tell);
  }

  close(): void {
    this.#end('closed by this side');
  }

  #end(why: string): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    clearInterval(this.#pings);
    this.connection.close().catch(() => undefined);
    this.#announceEnded(why);
  }

  async #unlessEnded(done: Promise<void>): Promise<void> {
    await Promise.race([done.catch(() => undefined), this.ended]);
  }

  #ping(): void {
    if (this.#unansweredPings === UNANSWERED_PINGS_MAX) {
      this.#end('the server answers no ping');
      return;
    }
    this.#unansweredPings += 1;
    void this.connection.flush().then(
      () => {
        this.#unansweredPings = 0;
      },
      () => undefined,
    );
  }

  #count(bytes: number): void {
    this.#unconfirmedBytes += bytes;
    this.#unmarkedBytes += bytes;
    if (this.#unmarkedBytes < CONFIRM_EVERY_BYTES) return;
    const marked = this.#unmarkedBytes;
    this.#unmarkedBytes = 0;
    this.#sendOutgoing();
    void this.connection.flush().then(
      () => {
        this.#unconfirmedBytes -= marked;
      },
      () => undefined,
    );
  }

  async #watchDenials(tell: OnDenied): Promise<void> {
    for await (const { permissionContext } of this.connection.status()) {
      if (permissionContext === undefined) continue;
      const { operation, subject } = permissionContext;
      tell(subject, operation === 'publish' ? 'publish' : 'subscribe');
    }
  }
}
