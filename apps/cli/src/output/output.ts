import type { Writable } from 'node:stream';

/** One of the two streams. Whoever reads it may leave at any time (`| head`), which is no error. */
export class Output {
  #closed = false;
  #failed: Error | undefined;

  constructor(private readonly stream: Writable) {
    stream.on('error', (error: NodeJS.ErrnoException) => this.#note(error));
  }

  /** True once nobody reads any more: what is still to come need not be made. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Ends when the text has gone out, so that a slow reader slows the command down instead of filling the memory.
   *  @throws Error it could not be written, such as on a full disk */
  async write(text: string): Promise<void> {
    if (this.#closed || text === '') return;
    await new Promise<void>((resolve) => {
      this.stream.write(text, (error) => {
        if (error) this.#note(error);
        resolve();
      });
    });
    if (this.#failed) throw this.#failed;
  }

  #note(error: NodeJS.ErrnoException): void {
    this.#closed = true;
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') this.#failed = error;
  }
}
