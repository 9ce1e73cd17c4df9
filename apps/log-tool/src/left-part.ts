import type { FileHandle } from 'node:fs/promises';
import { fileChunks, fileLines } from './file-lines.js';

/** What an earlier run left of a file, line by line, for as long as it is what this run would write. */
export class LeftPart {
  readonly #lines: AsyncGenerator<Buffer>;
  #bytes = 0;
  #isOver = false;

  constructor(handle: FileHandle) {
    this.#lines = fileLines(fileChunks(handle));
  }

  /** Up to where it is what this run would write. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether it has this line next, whole. Behind the first that it has not, it has none. */
  async has(line: string): Promise<boolean> {
    if (this.#isOver) return false;
    const found = await this.#next();
    if (found?.equals(Buffer.from(line)) !== true) {
      await this.end();
      return false;
    }
    this.#bytes += found.length;
    return true;
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#lines.return(undefined);
  }

  /** What cannot be read as lines is none of ours, and is written anew. */
  async #next(): Promise<Buffer | undefined> {
    try {
      const next = await this.#lines.next();
      return next.done ? undefined : next.value;
    } catch {
      return undefined;
    }
  }
}
