/**
 * Objects out of one of the client's streams, one by one, as fast as they are asked for.
 *
 * The client's streams end in ways that a plain `for await` does not survive: an error is emitted on a stream that is
 * not destroyed, one that nobody listens to ends the process, and a cancelled stream neither ends nor fails.
 */
import type { Readable } from 'node:stream';
import { StoreUnavailable } from '../errors.js';
import { readFailure } from './failures.js';

export interface TakeOptions {
  /** Ends the iteration without an error. */
  readonly signal: AbortSignal;
  /** How long the server may say nothing while somebody waits. @throws StoreUnavailable after it */
  readonly silenceMs: number;
  /** Whether it may be silent for longer; asked when the time is up. Default: never. */
  readonly mayBeSilent?: () => boolean;
}

export class Taken<T> {
  #state: 'open' | 'ended' | { readonly error: Error } = 'open';
  #wake: () => void = () => {};

  /** @param cancel tells the server that no more is wanted; destroying the stream does not */
  constructor(
    private readonly readable: Readable,
    private readonly cancel: () => Promise<void>,
  ) {
    readable.on('readable', this.wake);
    readable.on('end', () => this.#end('ended'));
    readable.on('close', () =>
      this.#end({ error: new StoreUnavailable('a read of the event log was cut off') }),
    );
    readable.on('error', (cause) => {
      const error = readFailure(cause);
      this.#end(error === null ? 'ended' : { error });
    });
  }

  /** Objects that have come and were not read. */
  get buffered(): number {
    return this.readable.readableLength;
  }

  /** Somebody has something new to be looked at. */
  readonly wake = (): void => this.#wake();

  /** The next object, if it is here. */
  read(): T | null {
    return this.readable.read();
  }

  /** Resolves when there is something to look at; false at the end, also for a stream that does not exist. @throws as `readFailure` says */
  async more({ signal, silenceMs, mayBeSilent = () => false }: TakeOptions): Promise<boolean> {
    if (signal.aborted) return false;
    if (this.#state === 'ended') return false;
    if (this.#state !== 'open') throw this.#state.error;
    await this.#change(signal, silenceMs, mayBeSilent);
    return true;
  }

  /** What was sent already is let through: the client keeps a stream that nobody reads to its end for ever. */
  letGo(): void {
    this.readable.off('readable', this.wake).resume();
    this.cancel().catch(() => undefined);
  }

  #change(signal: AbortSignal, silenceMs: number, mayBeSilent: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#wake = () => {};
        resolve();
      };
      const timer = setTimeout(() => {
        if (mayBeSilent()) return;
        reject(new StoreUnavailable(`the server of the event log has said nothing for ${silenceMs} ms`));
        done();
      }, silenceMs);
      signal.addEventListener('abort', done);
      this.#wake = done;
    });
  }

  #end(state: 'ended' | { readonly error: Error }): void {
    if (this.#state === 'open') this.#state = state;
    this.#wake();
  }
}
