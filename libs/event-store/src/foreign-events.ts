/**
 * Whoever reads the whole log must not stand still at one event that somebody else wrote into a stream of ours: it is
 * passed over, and told. A stream that is read by itself is decided upon, so there the same event is thrown.
 */
import type { ForeignEvent } from './embedded/errors.js';

/** Told of the first in a stream; more in the same stream are passed over with no word. */
export type OnForeignEvent = (foreign: ForeignEvent) => void;

/** An event that a read of the whole log does not show. */
export interface PassedOver {
  readonly streamName: string;
  readonly revision: bigint;
  /** False: the port has no name for its stream. True: the stream is one of ours, and its other events are shown. */
  readonly isNameable: boolean;
}

/** Told of each one, each time that it is read: whoever copies a log must know what does not go along. */
export type OnPassedOver = (passed: PassedOver) => void;

/** Streams of which it was told; when there are more, that of the oldest may be told again. */
const STREAMS_MAX = 1_000;

export class ForeignEvents {
  readonly #told = new Set<string>();

  constructor(
    private readonly tell: OnForeignEvent | undefined,
    private readonly tellEach?: OnPassedOver | undefined,
  ) {}

  /** Somebody else's stream, or one of the server's own (`$…`): no part of what the port shows. */
  passOverStream(streamName: string, revision: bigint): void {
    this.tellEach?.({ streamName, revision, isNameable: false });
  }

  /**
   * The events of a server itself (`$…`) are passed over in any case: none of them is a fact of the platform.
   * @throws ForeignEvent nobody would hear of it
   */
  passOver(foreign: ForeignEvent, type: string): void {
    const { streamId: streamName, revision } = foreign;
    this.tellEach?.({ streamName, revision, isNameable: true });
    const isHeard = this.tell !== undefined || this.tellEach !== undefined;
    if (!isHeard && !type.startsWith('$')) throw foreign;
    if (this.#told.has(foreign.streamId)) return;
    for (const oldest of this.#told) {
      if (this.#told.size < STREAMS_MAX) break;
      this.#told.delete(oldest);
    }
    this.#told.add(foreign.streamId);
    this.tell?.(foreign);
  }
}
