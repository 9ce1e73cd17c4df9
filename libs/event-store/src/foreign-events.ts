/**
 * Whoever reads the whole log must not stand still at one event that somebody else wrote into a stream of ours: it is
 * passed over, and told. A stream that is read by itself is decided upon, so there the same event is thrown.
 */
import type { ForeignEvent } from './embedded/errors.js';

/** Told of the first in a stream; more in the same stream are passed over with no word. */
export type OnForeignEvent = (foreign: ForeignEvent) => void;

/** Streams of which it was told; when there are more, that of the oldest may be told again. */
const STREAMS_MAX = 1_000;

export class ForeignEvents {
  readonly #told = new Set<string>();

  constructor(private readonly tell: OnForeignEvent | undefined) {}

  /**
   * The events of a server itself (`$…`) are passed over in any case: none of them is a fact of the platform.
   * @throws ForeignEvent nobody would hear of it
   */
  passOver(foreign: ForeignEvent, type: string): void {
    if (this.tell === undefined && !type.startsWith('$')) throw foreign;
    if (this.#told.has(foreign.streamId)) return;
    for (const oldest of this.#told) {
      if (this.#told.size < STREAMS_MAX) break;
      this.#told.delete(oldest);
    }
    this.#told.add(foreign.streamId);
    this.tell?.(foreign);
  }
}
