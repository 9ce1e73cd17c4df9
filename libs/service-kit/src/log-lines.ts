import { write, writeSync } from 'node:fs';

/** Characters that make a write worth its while, and milliseconds after which even a single line is out. */
const TOGETHER = 8 * 1024;
const PAUSE_MS = 50;
/** Characters that wait at the most, and how long the end of a process waits for them where nobody takes them. */
const WAITING_MAX = 16 * 1024 * 1024;
const LAST_MS = 1_000;
const RETRY_MS = 10;

/**
 * Lines on their way out of the process.
 *  L1 lines that come together are written together, and nobody waits for them: a write each costs more than making them;
 *  L2 what is more than may wait is dropped, and how many lines that were is told when there is room again;
 *  L3 whoever reads may be gone, as a terminal that was closed: then all is dropped, and the process goes on, and ends.
 */
export class LogLines {
  #waiting = '';
  /** Handed over and not written yet; in the hands of the system while `#isUnderWay`. */
  #sent: Buffer | null = null;
  #isUnderWay = false;
  #isGone = false;
  #dropped = 0;
  #pause: NodeJS.Timeout | null = null;

  /** @param fd 2 = stderr */
  constructor(
    private readonly fd: number,
    private readonly waitingMax = WAITING_MAX,
  ) {}

  /** @param line with its end */
  write(line: string): void {
    if (this.#isGone) return;
    if (this.#waiting.length + line.length > this.waitingMax) {
      this.#dropped += 1;
      return;
    }
    if (this.#dropped > 0) this.#tellOfDropped();
    this.#waiting += line;
    if (this.#waiting.length >= TOGETHER) this.#send();
    else this.#sendSoon();
  }

  /** For the end of the process, which no write survives that is not done at once. */
  flushSync(): void {
    const rest = this.#isUnderWay || this.#sent === null ? [] : [this.#sent];
    if (this.#dropped > 0) this.#tellOfDropped();
    let bytes = Buffer.concat([...rest, Buffer.from(this.#waiting)]);
    this.#waiting = '';
    this.#sent = null;
    const untilMs = performance.now() + LAST_MS;
    while (!this.#isGone && bytes.length > 0) {
      try {
        bytes = bytes.subarray(writeSync(this.fd, bytes));
      } catch (error) {
        if (!isFull(error) || performance.now() > untilMs) this.#isGone = true;
        else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
      }
    }
  }

  #sendSoon(): void {
    this.#pause ??= setTimeout(() => this.#send(), PAUSE_MS).unref();
  }

  #send(): void {
    if (this.#pause !== null) clearTimeout(this.#pause);
    this.#pause = null;
    if (this.#isUnderWay) return;
    if (this.#sent === null) {
      if (this.#waiting === '') return;
      this.#sent = Buffer.from(this.#waiting);
      this.#waiting = '';
    }
    this.#isUnderWay = true;
    write(this.fd, this.#sent, (error, written) => this.#wasSent(error, written));
  }

  #wasSent(error: Error | null, written: number): void {
    this.#isUnderWay = false;
    if (error !== null && !isFull(error)) {
      this.#isGone = true;
      this.#waiting = '';
      this.#sent = null;
      return;
    }
    const left = this.#sent?.subarray(error === null ? written : 0) ?? Buffer.alloc(0);
    this.#sent = left.length > 0 ? left : null;
    if (error !== null || (this.#sent === null && this.#waiting.length < TOGETHER)) this.#sendSoon();
    else this.#send();
  }

  #tellOfDropped(): void {
    const line = { level: 40, time: Date.now(), msg: `${this.#dropped} lines of the log were dropped here` };
    this.#dropped = 0;
    this.#waiting += `${JSON.stringify(line)}\n`;
  }
}

/** Somebody is there and takes nothing more at this moment. */
const isFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EAGAIN';
