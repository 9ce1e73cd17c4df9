import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { fileChunks } from './file-lines.js';
import { LeftPart } from './left-part.js';

const CHUNK_CHARACTERS = 1_024 * 1_024;

/**
 * The lines of a file that an earlier run may have begun: those that are there already are not written again. All is
 * done by the one handle: Windows lets no other read a file that is locked.
 */
export class PartLines {
  readonly #bytes = createHash('sha256');
  readonly #left: LeftPart;
  #isCut = false;
  #chunk = '';
  #endsAt = 0;

  /** @param handle for reading and writing */
  constructor(private readonly handle: FileHandle) {
    this.#left = new LeftPart(handle);
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

  /** The file is what was added, and that is on the disk. @returns false where something else is read back from it */
  async end(signal: AbortSignal): Promise<boolean> {
    await this.#cut();
    await this.#flush();
    await this.handle.sync();
    const found = createHash('sha256');
    for await (const chunk of fileChunks(this.handle)) {
      signal.throwIfAborted();
      found.update(chunk);
    }
    return found.digest('hex') === this.sha256();
  }

  /** What an earlier run left behind the last line that is the same. */
  async #cut(): Promise<void> {
    if (this.#isCut) return;
    this.#isCut = true;
    await this.#left.end();
    this.#endsAt = this.#left.bytes;
    await this.handle.truncate(this.#endsAt);
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#chunk);
    this.#chunk = '';
    let from = 0;
    while (from < bytes.length) {
      const { bytesWritten } = await this.handle.write(bytes, from, bytes.length - from, this.#endsAt);
      from += bytesWritten;
      this.#endsAt += bytesWritten;
    }
  }
}
