import type { Outcome } from './outcome.js';

export interface MemoryLimits {
  readonly count: number;
  readonly bytes: number;
  readonly ageMs: number;
}

export const MEMORY_LIMITS: MemoryLimits = { count: 10_000, bytes: 64 * 1024 * 1024, ageMs: 10 * 60_000 };

interface Remembered {
  readonly key: string;
  readonly outcome: Outcome;
  readonly bytes: number;
  readonly atMs: number;
}

/** Dead places at the front of the line that are worth a copy of the rest. */
const DEAD_MIN = 1_024;

/**
 * What became of recent attempts. Bounded by number, bytes and age; the oldest goes first.
 *
 * Their order is a line of its own: who asks a Map for its oldest entry walks past all that were deleted since it was last
 * laid out anew, which cost more than the rest of an attempt.
 */
export class OutcomeMemory {
  readonly #known = new Map<string, Remembered>();
  /** The oldest first, from `#first` on. What was remembered anew stands here twice, and is known by its later place. */
  #line: Remembered[] = [];
  #first = 0;
  #bytes = 0;

  constructor(
    private readonly limits: MemoryLimits,
    private readonly nowMs: () => number,
  ) {}

  get count(): number {
    return this.#known.size;
  }

  remember(key: string, outcome: Outcome): void {
    const remembered = { key, outcome, bytes: Buffer.byteLength(outcome.text), atMs: this.nowMs() };
    this.#bytes += remembered.bytes - (this.#known.get(key)?.bytes ?? 0);
    this.#known.set(key, remembered);
    this.#line.push(remembered);
    for (let oldest = this.#line[this.#first]; oldest !== undefined; oldest = this.#line[this.#first]) {
      const isCurrent = this.#known.get(oldest.key) === oldest;
      if (isCurrent && !this.#isOver() && !this.#isOld(oldest)) break;
      this.#first += 1;
      if (isCurrent) this.#forget(oldest);
    }
    if (this.#first >= DEAD_MIN && this.#first * 2 >= this.#line.length) this.#closeUp();
  }

  find(key: string): Outcome | undefined {
    const found = this.#known.get(key);
    return found === undefined || this.#isOld(found) ? undefined : found.outcome;
  }

  /** The key remembered last of those that begin so. */
  newestKey(prefix: string): string | undefined {
    return this.#line.findLast(({ key }, at) => at >= this.#first && key.startsWith(prefix))?.key;
  }

  #isOver(): boolean {
    return this.#known.size > this.limits.count || this.#bytes > this.limits.bytes;
  }

  #isOld({ atMs }: Remembered): boolean {
    return atMs + this.limits.ageMs <= this.nowMs();
  }

  #forget({ key, bytes }: Remembered): void {
    this.#bytes -= bytes;
    this.#known.delete(key);
  }

  #closeUp(): void {
    this.#line = this.#line.slice(this.#first);
    this.#first = 0;
  }
}
