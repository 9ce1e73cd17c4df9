import { writeSync } from 'node:fs';

/** Characters that make a write worth its while, and milliseconds after which even a single line is out. */
const TOGETHER = 8 * 1024;
const PAUSE_MS = 50;
/** Bytes that wait at the most, and how long the end of a process waits for them where nobody takes them. */
const WAITING_MAX = 16 * 1024 * 1024;
const LAST_MS = 1_000;
const RETRY_MS = 10;

/**
 * Lines on their way out of the process.
 *  L1 lines that come together are written together, and nobody waits for them: a write each costs more than making them;
 *  L2 what is more than may wait is dropped, and how many lines that were is told when there is room again;
 *  L3 whoever reads may be gone, as a terminal that was closed: then all is dropped, and the process goes on, and ends;
 *  L4 nothing is ever in the hands of anybody who may still write it or not: what is not written is here, in order, when
 *     the process ends. So each write is done at once, or not at all.
 */
export class LogLines {
  /** What is no batch yet. */
  #waiting = '';
  /** Before it; of the first one what is left. Small ones, for what is written of a batch is held on to with its rest. */
  #batches: Buffer[] = [];
  #bytes = 0;
  /** Whoever reads takes nothing more at this moment: it is tried again by the clock, not by each line. */
  #isFull = false;
  #isGone = false;
  #dropped = 0;
  #pause: NodeJS.Timeout | null = null;

  /** @param fd of a file, or of what answers EAGAIN where it would have to wait (`stderr-unwaited`) */
  constructor(
    private readonly fd: number,
    private readonly waitingMax = WAITING_MAX,
  ) {}

  /** @param line with its end */
  write(line: string): void {
    if (this.#isGone) return;
    if (this.#bytes + Buffer.byteLength(line) > this.waitingMax) {
      this.#dropped += 1;
      return;
    }
    if (this.#dropped > 0) this.#tellOfDropped();
    this.#hold(line);
    const isWorthIt = this.#waiting.length >= TOGETHER;
    if (isWorthIt) this.#makeBatch();
    if (this.#isFull) return;
    if (isWorthIt) this.#send();
    else this.#sendIn(PAUSE_MS);
  }

  /** For the end of the process, which nothing survives that is not written now. */
  flushSync(): void {
    if (this.#dropped > 0) this.#tellOfDropped();
    const untilMs = performance.now() + LAST_MS;
    this.#send();
    while (this.#isFull && performance.now() < untilMs) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
      this.#send();
    }
    if (this.#isFull) this.#dropAll();
  }

  #sendIn(ms: number): void {
    this.#pause ??= setTimeout(() => this.#send(), ms).unref();
  }

  #send(): void {
    if (this.#pause !== null) clearTimeout(this.#pause);
    this.#pause = null;
    this.#isFull = false;
    try {
      for (let batch = this.#first(); batch !== undefined; batch = this.#first()) {
        const written = writeSync(this.fd, batch);
        this.#bytes -= written;
        if (written < batch.length) this.#batches[0] = batch.subarray(written);
        else this.#batches.shift();
      }
    } catch (error) {
      this.#isFull = isFull(error);
      if (this.#isFull) this.#sendIn(RETRY_MS);
      else this.#dropAll();
    }
  }

  #first(): Buffer | undefined {
    if (this.#batches.length === 0 && this.#waiting !== '') this.#makeBatch();
    return this.#batches[0];
  }

  #makeBatch(): void {
    this.#batches.push(Buffer.from(this.#waiting));
    this.#waiting = '';
  }

  #hold(line: string): void {
    this.#waiting += line;
    this.#bytes += Buffer.byteLength(line);
  }

  #dropAll(): void {
    this.#isGone = true;
    this.#isFull = false;
    this.#waiting = '';
    this.#batches = [];
    this.#bytes = 0;
  }

  #tellOfDropped(): void {
    this.#hold(linesDropped(this.#dropped));
    this.#dropped = 0;
  }
}

/** The line that stands in the place of those for which there was no room. */
export function linesDropped(count: number): string {
  return `${JSON.stringify({ level: 40, time: Date.now(), msg: `${count} lines of the log were dropped here` })}\n`;
}

/** Somebody is there and takes nothing more at this moment. */
const isFull = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'EAGAIN';
