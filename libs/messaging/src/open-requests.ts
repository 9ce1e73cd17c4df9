import type { BusReply, RequestOptions } from './bus.js';
import { BusTimeout, NoResponder } from './errors.js';
import { InFlight } from './in-flight.js';
import type { StopSignal } from './stopper.js';

const TIMEOUT_MS_MAX = 2 ** 31 - 1;

interface Waiting {
  readonly subject: string;
  readonly resolve: (reply: BusReply) => void;
  readonly reject: (reason: unknown) => void;
  readonly timer: NodeJS.Timeout;
  readonly stopListening: (() => void) | undefined;
}

/**
 * Who waits for which answer. Each request ends exactly once: by its answer, an error, its deadline or its signal;
 * what comes after that finds nobody. Each has a deadline, so none stays for ever.
 */
export class OpenRequests {
  readonly #waiting = new InFlight<number, Waiting>();

  /** @param nextId asked again where the request of a number is still open; default: 1, 2, 3.. */
  constructor(private readonly nextId: () => number = countUp()) {}

  get count(): number {
    return this.#waiting.size;
  }

  /** @throws RangeError for a timeout outside 1 to 2^31 - 1; the reason of a signal that has already aborted */
  open(subject: string, { timeoutMs, signal }: RequestOptions): { id: number; reply: Promise<BusReply> } {
    if (!(timeoutMs >= 1 && timeoutMs <= TIMEOUT_MS_MAX)) {
      throw new RangeError(`timeoutMs is 1 to ${TIMEOUT_MS_MAX}, not ${timeoutMs}`);
    }
    if (signal?.aborted) throw signal.reason;
    let id = this.nextId();
    while (this.#waiting.has(id)) id = this.nextId();
    const reply = new Promise<BusReply>((resolve, reject) => {
      const timer = setTimeout(() => this.fail(id, new BusTimeout(subject, timeoutMs)), timeoutMs);
      const stopListening = signal && onAbort(signal, () => this.fail(id, signal.reason));
      this.#waiting.set(id, { subject, resolve, reject, timer, stopListening });
    });
    return { id, reply };
  }

  answer(id: number, reply: BusReply): void {
    this.#take(id)?.resolve(reply);
  }

  fail(id: number, reason: unknown): void {
    this.#take(id)?.reject(reason);
  }

  /** B4: nobody took the request, so it was not done. */
  noResponder(id: number): void {
    const waiting = this.#take(id);
    waiting?.reject(new NoResponder(waiting.subject));
  }

  failAll(makeReason: (subject: string) => unknown): void {
    for (const id of this.#waiting.keys()) this.fail(id, makeReason(this.#waiting.get(id)?.subject ?? ''));
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.delete(id);
    if (waiting === undefined) return undefined;
    clearTimeout(waiting.timer);
    waiting.stopListening?.();
    return waiting;
  }
}

function onAbort(signal: StopSignal, listener: () => void): () => void {
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}

function countUp(): () => number {
  let last = 0;
  return () => {
    last += 1;
    return last;
  };
}
