/**
 * What a stream is like: where it ends, whether it is deleted, which of its events are shown.
 *
 * Two views: `decided` counts what is written but not durable yet, for whoever decides about the next write; `durable`
 * is what readers may know. The newest metadata decides, so what of it is still on its way to the disk is kept here.
 *  P1 the metadata of a protected stream hides nothing: it is not even looked at.
 */
import { TOMBSTONE_REVISION } from '../embedded/raw-event.js';
import type { RawLog } from '../embedded/raw-log.js';
import type { StreamHead } from '../embedded/stream-heads.js';
import type { StreamState } from './append-rules.js';
import {
  isMetastream,
  isSoftDeletion,
  METASTREAM_SETTINGS,
  metastreamOf,
  parseSettings,
  type StreamSettings,
  streamOf,
} from './stream-settings.js';

export interface KnownStream extends StreamState {
  readonly head: StreamHead | undefined;
  readonly settings: StreamSettings;
  /** As it was written; undefined where there is none. */
  readonly metadata: Uint8Array | undefined;
}

export class StreamStates {
  /** Metadata that is not durable yet, by the stream it is about. Bounded by what the queue of appends lets in. */
  readonly #onTheWay = new Map<string, Uint8Array>();

  constructor(
    private readonly log: RawLog,
    private readonly protectedPrefixes: readonly string[],
  ) {}

  isProtected(stream: string): boolean {
    return this.protectedPrefixes.some((prefix) => stream.startsWith(prefix));
  }

  decided(stream: string): KnownStream {
    const head = (name: string) => this.log.head(name);
    return this.#known(stream, head, () => this.#onTheWay.get(stream) ?? this.#durableMetadata(stream));
  }

  durable(stream: string): KnownStream {
    const head = (name: string) => this.log.durableHead(name);
    return this.#known(stream, head, () => this.#durableMetadata(stream));
  }

  /** Metadata was written: it counts from now on, also before it is durable. */
  noteMetadata(stream: string, data: Uint8Array, durable: Promise<void>): void {
    this.#onTheWay.set(stream, data);
    const forget = () => {
      if (this.#onTheWay.get(stream) === data) this.#onTheWay.delete(stream);
    };
    durable.then(forget, forget);
  }

  #known(
    stream: string,
    headOf: (name: string) => StreamHead | undefined,
    metadataOf: () => Uint8Array | undefined,
  ): KnownStream {
    const head = headOf(stream);
    const ofMetastream = isMetastream(stream);
    const metadata = ofMetastream || this.isProtected(stream) ? undefined : metadataOf();
    const settings = ofMetastream ? METASTREAM_SETTINGS : metadata ? parseSettings(metadata) : {};
    // The metadata of a stream that is gone for ever is gone with it.
    const ending = ofMetastream ? headOf(streamOf(stream)) : head;
    return {
      head,
      settings,
      metadata,
      lastRevision: head?.revision,
      isTombstoned: ending?.revision === TOMBSTONE_REVISION,
      isSoftDeleted: isSoftDeletion(settings),
      hasMetadata: metadata !== undefined,
    };
  }

  #durableMetadata(stream: string): Uint8Array | undefined {
    const metastream = metastreamOf(stream);
    if (!this.log.head(metastream)) return undefined;
    const [newest] = this.log.readStreamPage(metastream, Infinity, 'backwards', 1).events;
    return newest?.isJson ? newest.data : newest && new Uint8Array();
  }
}
