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
  /** Its place in the line. */
  place: number;
}

/** Empty places that are worth laying out the line anew. */
const EMPTY_MAX = 1_024;

/**
 * What became of recent attempts. Bounded by number, bytes and age; the oldest goes first.
 *
 * Their order is a line of its own: who asks a Map for its oldest entry walks past all that were deleted since it was last
 * laid out anew, which cost more than the rest of an attempt.
 */
export class OutcomeMemory {
  readonly #known = new Map<string, Remembered>();
  /** The oldest first, from `#first` on. A place that was given up is empty at once, for outcomes may be large. */
  #line: (Remembered | undefined)[] = [];
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
    const former = this.#known.get(key);
    if (former !== undefined) this.#forget(former);
    const bytes = Buffer.byteLength(outcome.text);
    const remembered = { key, outcome, bytes, atMs: this.nowMs(), place: this.#line.length };
    this.#bytes += bytes;
    this.#known.set(key, remembered);
    this.#line.push(remembered);
    for (; this.#first < this.#line.length; this.#first += 1) {
      const oldest = this.#line[this.#first];
      if (oldest === undefined) continue;
      if (!this.#isOver() && !this.#isOld(oldest)) break;
      this.#forget(oldest);
    }
    if (this.#line.length - this.#known.size > Math.max(EMPTY_MAX, this.#known.size)) this.#closeUp();
  }

  find(key: string): Outcome | undefined {
    const found = this.#known.get(key);
    return found === undefined || this.#isOld(found) ? undefined : found.outcome;
  }

  /** The key remembered last of those that begin so. */
  newestKey(prefix: string): string | undefined {
    return this.#line.findLast((remembered) => remembered?.key.startsWith(prefix))?.key;
  }

  #isOver(): boolean {
    return this.#known.size > this.limits.count || this.#bytes > this.limits.bytes;
  }

  #isOld({ atMs }: Remembered): boolean {
    return atMs + this.limits.ageMs <= this.nowMs();
  }

  #forget({ key, bytes, place }: Remembered): void {
    this.#bytes -= bytes;
    this.#known.delete(key);
    this.#line[place] = undefined;
  }

  #closeUp(): void {
    const line = [...this.#known.values()];
    for (const [place, remembered] of line.entries()) remembered.place = place;
    this.#line = line;
    this.#first = 0;
  }
}
