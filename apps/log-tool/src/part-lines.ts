import { createHash } from 'node:crypto';
import { type FileHandle, truncate } from 'node:fs/promises';
import { LeftPart } from './left-part.js';

const CHUNK_CHARACTERS = 1_024 * 1_024;

/** The lines of a file that an earlier run may have begun: those that are there already are not written again. */
export class PartLines {
  readonly #bytes = createHash('sha256');
  readonly #left: LeftPart;
  #isCut = false;
  #chunk = '';

  /** @param handle of the same file, for appending */
  constructor(
    private readonly file: string,
    private readonly handle: FileHandle,
  ) {
    this.#left = new LeftPart(file);
  }

  /** @returns whether it was there */
  async add(line: string): Promise<boolean> {
    this.#bytes.update(line);
    if (!this.#isCut && (await this.#left.has(line))) return true;
    await this.#cut();
    this.#chunk += line;
    if (this.#chunk.length >= CHUNK_CHARACTERS) await this.#flush();
    return false;
  }

  /** Of all lines so far. */
  sha256(): string {
    return this.#bytes.copy().digest('hex');
  }

  /** The file holds what was added, and nothing else. */
  async end(): Promise<void> {
    await this.#cut();
    await this.#flush();
  }

  /** What was not written yet is not: the next run goes on there. */
  letGo(): Promise<void> {
    return this.#left.end();
  }

  /** What an earlier run left behind the last line that is the same. */
  async #cut(): Promise<void> {
    if (this.#isCut) return;
    this.#isCut = true;
    await this.#left.end();
    // By its name: a handle for appending cannot on Windows.
    await truncate(this.file, this.#left.bytes);
  }

  async #flush(): Promise<void> {
    const chunk = this.#chunk;
    this.#chunk = '';
    await this.handle.writeFile(chunk);
  }
}
