/**
 * Reading and following a log that this process holds: the part that the in-memory and the embedded store share.
 *
 * The source owns the events and says how far they may be known; this file owns the order in which a consumer gets them.
 *  F1 nothing behind `source.end()` is yielded (E2 of the port).
 *  F2 no queue: between two pages only a position is kept, so a slow consumer costs one page and loses nothing.
 *  F3 after a checkpoint or caught-up, everything up to its position was yielded or does not match.
 */
import { checkReadAll } from './check-arguments.js';
import type { ReadAllOptions, RecordedEvent, SubscribeOptions, SubscriptionItem } from './event-store.js';

export interface PageRequest {
  readonly after: bigint;
  readonly upTo: bigint;
  readonly eventsMax: number;
  readonly matches: (streamId: string) => boolean;
}

export interface LogPage<E = RecordedEvent> {
  /** In the order of the log; may be empty although there is more. */
  readonly events: readonly E[];
  /** Everything from `after` up to here has been looked at; always behind `after`, at most `upTo`. */
  readonly end: bigint;
}

export interface LogSource {
  /** Position of the last event that readers may know of, 0n when there is none. */
  end(): bigint;
  /** @throws StoreUnavailable when closed or broken */
  refuseIfDown(): void;
  /** Asked only for `after < upTo <= end()`. */
  readPage(request: PageRequest): LogPage;
  /** Between two pages: where a source lets the process do other work. */
  pause(): Promise<void>;
  /** Resolves when `end()` is behind `past`, `refuseIfDown` would throw or `signal` aborts; may resolve early, never rejects. */
  grown(past: bigint, signal: AbortSignal): Promise<void>;
}

export async function* readLog(source: LogSource, options: ReadAllOptions): AsyncGenerator<RecordedEvent> {
  checkReadAll(options);
  source.refuseIfDown();
  const matches = prefixFilter(options.streamPrefixes);
  const upTo = source.end();
  let after = options.after ?? 0n;
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  while (left > 0 && after < upTo) {
    source.refuseIfDown();
    const page = source.readPage({ after, upTo, matches, eventsMax: left });
    yield* page.events;
    left -= page.events.length;
    after = page.end;
    await source.pause();
  }
}

/** The end of the log that 'end' means is that at the call, not at the first look. */
export function subscribeToLog(
  source: LogSource,
  options: SubscribeOptions,
): AsyncIterable<SubscriptionItem> {
  const { after = 'start' } = options;
  const begin = after === 'start' ? 0n : after === 'end' ? source.end() : after;
  return followLog(source, begin, options);
}

async function* followLog(
  source: LogSource,
  after: bigint,
  { streamPrefixes, signal }: SubscribeOptions,
): AsyncGenerator<SubscriptionItem> {
  checkReadAll({ after });
  source.refuseIfDown();
  // Waiting for the log to grow past it would silently skip events: the position is of another log or a lost one.
  if (after > source.end())
    throw new RangeError(`position ${after} lies behind the end of this log, ${source.end()}`);
  const matches = prefixFilter(streamPrefixes);
  let position = after;
  while (!signal.aborted) {
    source.refuseIfDown();
    const upTo = source.end();
    if (position === upTo) {
      yield { kind: 'caught-up', position };
      // The consumer may have been away for long: sleep only if nothing happened meanwhile.
      source.refuseIfDown();
      if (position === source.end()) await source.grown(position, signal);
      continue;
    }
    const page = source.readPage({ after: position, upTo, matches, eventsMax: Number.POSITIVE_INFINITY });
    for (const event of page.events) {
      yield { kind: 'event', event };
      if (signal.aborted) return;
    }
    position = page.end;
    if (page.events.at(-1)?.position !== position) yield { kind: 'checkpoint', position };
    await source.pause();
  }
}

function prefixFilter(prefixes: readonly string[] | undefined): (streamId: string) => boolean {
  if (prefixes === undefined) return () => true;
  return (streamId) => prefixes.some((prefix) => streamId.startsWith(prefix));
}
