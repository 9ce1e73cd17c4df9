import type { Outcome } from './outcome.js';

export interface MemoryLimits {
  readonly count: number;
  readonly bytes: number;
  readonly ageMs: number;
}

export const MEMORY_LIMITS: MemoryLimits = { count: 10_000, bytes: 64 * 1024 * 1024, ageMs: 10 * 60_000 };

interface Remembered {
  readonly outcome: Outcome;
  readonly atMs: number;
}

/** What became of recent attempts. Bounded by number, bytes and age; the oldest goes first. */
export class OutcomeMemory {
  readonly #known = new Map<string, Remembered>();
  #bytes = 0;

  constructor(
    private readonly limits: MemoryLimits,
    private readonly nowMs: () => number,
  ) {}

  get count(): number {
    return this.#known.size;
  }

  remember(key: string, outcome: Outcome): void {
    this.#forget(key);
    this.#known.set(key, { outcome, atMs: this.nowMs() });
    this.#bytes += bytesOf(outcome);
    for (const [oldest, { atMs }] of this.#known) {
      const isOver = this.#known.size > this.limits.count || this.#bytes > this.limits.bytes;
      if (!isOver && !this.#isOld(atMs)) return;
      this.#forget(oldest);
    }
  }

  find(key: string): Outcome | undefined {
    const found = this.#known.get(key);
    return found === undefined || this.#isOld(found.atMs) ? undefined : found.outcome;
  }

  /** The key remembered last of those that begin so. */
  newestKey(prefix: string): string | undefined {
    return [...this.#known.keys()].filter((key) => key.startsWith(prefix)).at(-1);
  }

  #isOld(atMs: number): boolean {
    return atMs + this.limits.ageMs <= this.nowMs();
  }

  #forget(key: string): void {
    const known = this.#known.get(key);
    if (known === undefined) return;
    this.#bytes -= bytesOf(known.outcome);
    this.#known.delete(key);
  }
}

const bytesOf = ({ text }: Outcome): number => Buffer.byteLength(text);
