import {
  type Bus,
  BusClosed,
  type BusHandler,
  type BusHeaders,
  BusInterrupted,
  type BusReply,
  type BusSubscription,
  BusTimeout,
  BusUnreachable,
  NoResponder,
  type RequestOptions,
  type SubscribeOptions,
  wildcardTokens,
} from '@action-do/messaging';
import type { SimWorld } from '@action-do/test-support';

interface Listener {
  readonly pattern: string;
  readonly handler: BusHandler;
  readonly queue: string | undefined;
}

/**
 * A bus in a simulated world: its deadlines run by the world's time, messages arrive before the next step is released,
 * and a test takes its connection away.
 */
export class SimBus implements Bus {
  readonly payloadBytesMax = 1024 * 1024;
  /** Subjects of all that was sent. */
  readonly sent: string[] = [];
  isReachable = true;
  private isClosed = false;
  private readonly listeners = new Set<Listener>();
  private readonly open = new Set<(reason: unknown) => void>();

  constructor(private readonly world: SimWorld) {}

  /** Subscriptions that there are. */
  get listening(): number {
    return this.listeners.size;
  }

  publish(subject: string, payload: Uint8Array, headers: BusHeaders = {}): void {
    if (this.isClosed) throw new BusClosed();
    this.sent.push(subject);
    if (this.isReachable) this.deliver(subject, payload, headers, () => {}, false);
  }

  request(
    subject: string,
    payload: Uint8Array,
    { headers = {}, timeoutMs, signal }: RequestOptions,
  ): Promise<BusReply> {
    return new Promise((resolve, reject) => {
      const { clock } = this.world.process('bus');
      const callOff = clock.after(timeoutMs, () => fail(new BusTimeout(subject, timeoutMs)));
      const end = (): void => {
        callOff();
        this.open.delete(fail);
        signal?.removeEventListener('abort', onAbort);
      };
      const fail = (reason: unknown): void => {
        end();
        reject(reason);
      };
      const onAbort = (): void => fail(signal?.reason);
      this.open.add(fail);
      signal?.addEventListener('abort', onAbort);
      const respond = (reply: BusReply): void => {
        end();
        resolve(reply);
      };
      if (this.isClosed) return fail(new BusClosed());
      if (!this.isReachable) return fail(new BusUnreachable(subject));
      this.sent.push(subject);
      if (!this.deliver(subject, payload, headers, respond, true)) fail(new NoResponder(subject));
    });
  }

  subscribe(pattern: string, handler: BusHandler, { queue }: SubscribeOptions = {}): BusSubscription {
    const listener = { pattern, handler, queue };
    this.listeners.add(listener);
    const unsubscribe = (): void => void this.listeners.delete(listener);
    return { unsubscribe, drain: async () => unsubscribe() };
  }

  /** The connection breaks: whoever waits for an answer is told so. */
  interrupt(): void {
    this.isReachable = false;
    for (const fail of [...this.open]) fail(new BusInterrupted('a simulated subject'));
  }

  async close(): Promise<void> {
    this.isClosed = true;
    for (const fail of [...this.open]) fail(new BusClosed());
  }

  drain(): Promise<void> {
    return this.close();
  }

  private deliver(
    subject: string,
    payload: Uint8Array,
    headers: BusHeaders,
    respond: (reply: BusReply) => void,
    wantsReply: boolean,
  ): boolean {
    const matching = [...this.listeners].filter(
      ({ pattern }) => wildcardTokens(pattern, subject) !== undefined,
    );
    const seen = new Set<string>();
    for (const { handler, queue } of matching) {
      if (queue !== undefined && seen.has(queue)) continue;
      if (queue !== undefined) seen.add(queue);
      let answered = false;
      const message = {
        subject,
        payload,
        headers,
        wantsReply,
        respond: (answer: Uint8Array, answerHeaders: BusHeaders = {}) => {
          if (answered) return;
          answered = true;
          respond({ payload: answer, headers: answerHeaders });
        },
      };
      queueMicrotask(() => void handler(message));
    }
    return matching.length > 0;
  }
}
