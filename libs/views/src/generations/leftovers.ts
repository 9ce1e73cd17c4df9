/**
 * Generations that are live no more. In PostgreSQL one that somebody still reads cannot be dropped, and whoever waits
 * for it makes every new reader wait behind: so it is tried, now and again later, and nobody waits.
 *  O1 dropped is only what was found or made while the lock is held, for another writer gives the numbers again;
 *  O2 one that stays after the last try is told of once, by name; the next rebuild or opening tries again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Place, WriterLock } from '../engine/place.js';

/** Between two tries: readers go over within a second or two, a report that somebody runs may take minutes. */
const WAITS_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000, 60_000, 60_000, 60_000];

export interface LeftoversParts {
  readonly place: Pick<Place, 'name' | 'drop' | 'wordFor'>;
  readonly lock: Pick<WriterLock, 'check'>;
  readonly warn: (message: string) => void;
  readonly waitsMs?: readonly number[];
}

export class Leftovers {
  readonly #parts: LeftoversParts;
  readonly #left = new Set<number>();
  readonly #closed = new AbortController();
  /** One try at a time: a number is not given again while it may still be dropped. */
  #last: Promise<unknown> = Promise.resolve();
  #trying: Promise<void> | null = null;

  constructor(parts: LeftoversParts) {
    this.#parts = parts;
  }

  /** Tries once before it resolves; what is still read is tried again later. @throws what the place throws */
  async drop(generation: number): Promise<void> {
    if (!(await this.#try(generation))) this.dropLater([generation]);
  }

  dropLater(generations: readonly number[]): void {
    for (const each of generations) this.#left.add(each);
    if (!this.#closed.signal.aborted) this.#trying ??= this.#tryAgain();
  }

  /** Ends the tries: what is left then is found when the place is opened the next time. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#trying;
  }

  async #tryAgain(): Promise<void> {
    const { waitsMs = WAITS_MS } = this.#parts;
    for (const waitMs of [0, ...waitsMs]) {
      if (!(await this.#passes(waitMs))) return;
      await this.#tryAll();
      if (this.#left.size === 0) break;
    }
    this.#trying = null;
    this.#tellOfThoseThatStay();
  }

  /** False once it is closed. */
  async #passes(waitMs: number): Promise<boolean> {
    const { signal } = this.#closed;
    // A process that has nothing else to do need not stay for this.
    await sleep(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
    return !signal.aborted;
  }

  async #tryAll(): Promise<void> {
    for (const each of [...this.#left]) {
      try {
        await this.#parts.lock.check();
        await this.#try(each);
      } catch {
        // Whatever it is, of lock or of place, whoever writes next meets it too, and tells of it.
      }
    }
  }

  #try(generation: number): Promise<boolean> {
    const trying = this.#last.then(() => this.#parts.place.drop(generation));
    this.#last = trying.catch(() => undefined);
    return trying.then((gone) => {
      if (gone) this.#left.delete(generation);
      return gone;
    });
  }

  #tellOfThoseThatStay(): void {
    const { place, warn } = this.#parts;
    for (const each of this.#left)
      warn(
        `${place.wordFor(each)} of ${place.name} holds old views that could not be dropped, most likely because somebody reads them: it stays until the next rebuild or start`,
      );
    this.#left.clear();
  }
}
