import type { MessagePort } from 'node:worker_threads';
import { linesDropped } from '@action-do/service-kit';
import type { LineMessage } from './thread-data.js';

/** Characters that the process has not taken yet, at the most: it is busy with something else for long. */
const UNDER_WAY_MAX = 1024 * 1024;

/**
 * Lines of a thread's log on their way to the process, which alone writes to its stderr: of two that write into one full
 * pipe each cuts the other's lines. They are sent one by one, so that none is lost with a thread that dies.
 */
export class ThreadLines {
  #dropped = 0;

  /** @param underWay characters that were sent and not taken: whoever takes a line subtracts it */
  constructor(
    private readonly port: Pick<MessagePort, 'postMessage'>,
    private readonly underWay: Int32Array,
  ) {}

  /** @param line with its end */
  write(line: string): void {
    if (Atomics.load(this.underWay, 0) + line.length > UNDER_WAY_MAX) {
      this.#dropped += 1;
      return;
    }
    if (this.#dropped > 0) this.#send(linesDropped(this.#dropped));
    this.#dropped = 0;
    this.#send(line);
  }

  #send(line: string): void {
    Atomics.add(this.underWay, 0, line.length);
    this.port.postMessage({ line } satisfies LineMessage);
  }
}

/** The other end: writes what a thread sends, and makes room for more. */
export const takeLines =
  (lines: { write(line: string): void }, underWay: Int32Array) =>
  ({ line }: LineMessage): void => {
    Atomics.sub(underWay, 0, line.length);
    lines.write(line);
  };
