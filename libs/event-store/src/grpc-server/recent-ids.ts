/**
 * Where events written lately stand, by id: all that an append which names no revision has to be recognised by. It ends
 * with the process, as a real server's does. Bounded in number, and so in bytes: a stream is noted by its key in the
 * file, of 200 characters at most, since its name may be 128 KiB long.
 */
import type { SeenEvent } from './append-rules.js';

/** Two halves, as in StreamHeads: when the young one is full, the old one is dropped whole. */
export class RecentIds {
  #young = new Map<string, SeenEvent>();
  #old = new Map<string, SeenEvent>();

  constructor(private readonly idsMax: number) {}

  get(id: string): SeenEvent | undefined {
    return this.#young.get(id) ?? this.#old.get(id);
  }

  /** The first stream that used an id keeps it. */
  note(id: string, seen: SeenEvent): void {
    if (this.get(id)) return;
    if (this.#young.size >= this.idsMax / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(id, seen);
  }
}
