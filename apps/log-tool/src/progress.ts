export interface ProgressOptions {
  /** Undefined while nobody knows. */
  readonly total: number | undefined;
  /** What is counted; default events. */
  readonly of?: string;
  readonly write: (text: string) => void;
  readonly isTTY: boolean;
  readonly nowMs: () => number;
}

const LINE_EVERY_MS = 5_000;
const REDRAW_EVERY_MS = 200;

/** Events done, of how many, how fast, and what is left of the phase: one line that is written over, or one each 5 s. */
export class Progress {
  #phase: string | undefined;
  #beganAtMs = 0;
  #beganWith = 0;
  #shownAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: ProgressOptions) {}

  tell(phase: string, done: number): void {
    const { nowMs, isTTY, write } = this.options;
    const now = nowMs();
    if (phase !== this.#phase) {
      this.end();
      [this.#phase, this.#beganAtMs, this.#beganWith] = [phase, now, done - 1];
      this.#shownAtMs = isTTY ? Number.NEGATIVE_INFINITY : now;
    }
    if (now - this.#shownAtMs < (isTTY ? REDRAW_EVERY_MS : LINE_EVERY_MS)) return;
    this.#shownAtMs = now;
    const line = this.#line(done, now);
    write(isTTY ? `\r${line}\u001b[K` : `${line}\n`);
  }

  /** The line that was written over stays as it is. */
  end(): void {
    if (this.options.isTTY && this.#phase !== undefined) this.options.write('\n');
  }

  #line(done: number, now: number): string {
    const { total, of = 'events' } = this.options;
    const perS = ((done - this.#beganWith) / (now - this.#beganAtMs)) * 1_000;
    const outOf = total === undefined ? '' : ` of ${count(total)}`;
    const parts = [`${this.#phase} ${count(done)}${outOf} ${of}`];
    if (Number.isFinite(perS) && perS > 0) {
      parts.push(`${count(Math.round(perS))}/s`);
      if (total !== undefined && total > done) parts.push(`${Math.ceil((total - done) / perS)} s left`);
    }
    return parts.join(', ');
  }
}

/** The same wherever it is written: not by the locale. */
const count = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');
