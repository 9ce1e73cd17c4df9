/** Reads of a log on a server, each with a bound on the server's silence. */
import {
  type AllStreamResolvedEvent,
  BACKWARDS,
  END,
  FORWARDS,
  type ResolvedEvent,
  START,
  type StreamingRead,
} from '@eventstore/db-client';
import { StoreUnavailable } from '../errors.js';
import type { ReadAllOptions, ReadStreamOptions, RecordedEvent } from '../event-store.js';
import type { ForeignEvents } from '../foreign-events.js';
import type { OfficialClient } from './official-client.js';
import { isOurs, placeOf, shownInLog, toRecorded } from './read-event.js';
import { subscribeOnce } from './subscribe-once.js';
import { Taken } from './taken.js';
import { WholeStream } from './whole-stream.js';

export interface ReadBounds {
  /** Ends every read, as if it had come to its end: whoever aborts has to say what that means. */
  readonly signal: AbortSignal;
  readonly silenceMs: number;
  readonly foreign: ForeignEvents;
}

/** The stream's events in order, without a gap. @throws StoreUnavailable, ForeignEvent, StreamCutShort */
export async function* readStreamOf(
  client: Pick<OfficialClient, 'readStream'>,
  streamId: string,
  options: ReadStreamOptions,
  bounds: ReadBounds,
): AsyncGenerator<RecordedEvent> {
  const { direction = 'forwards', fromRevision, limit } = options;
  if (limit === 0) return;
  const forwards = direction === 'forwards';
  const reading = client.readStream(streamId, {
    direction: forwards ? FORWARDS : BACKWARDS,
    fromRevision: fromRevision ?? (forwards ? START : END),
    ...(limit !== undefined && { maxCount: limit }),
    requiresLeader: true,
  });
  const whole = new WholeStream(streamId, options);
  let seen = 0;
  for await (const resolved of takeAll<ResolvedEvent>(reading, bounds)) {
    const event = toRecorded(resolved);
    whole.check(event);
    seen += 1;
    yield event;
  }
  if (!bounds.signal.aborted) whole.checkEnd(seen);
}

/** Position of the last event of the log, whoever wrote it; 0n in an empty one. @throws StoreUnavailable */
export async function lastPositionOf(
  client: Pick<OfficialClient, 'readAll'>,
  bounds: ReadBounds,
): Promise<bigint> {
  const reading = client.readAll({
    direction: BACKWARDS,
    fromPosition: END,
    maxCount: 1,
    requiresLeader: true,
  });
  for await (const resolved of takeAll<AllStreamResolvedEvent>(reading, bounds))
    return placeOf(resolved).position;
  return 0n;
}

/** The log behind `after` and up to `end`, which are positions of events. @throws StoreUnavailable also where it ends before that, ForeignEvent */
export function readAllOf(
  client: Pick<OfficialClient, 'readAll' | 'subscribeToAll'>,
  { after = 0n, streamPrefixes }: Omit<ReadAllOptions, 'limit'>,
  end: bigint,
  bounds: ReadBounds,
): AsyncIterable<RecordedEvent> {
  return streamPrefixes === undefined
    ? readEverything(client, after, end, bounds)
    : readMatching(client, after, streamPrefixes, end, bounds);
}

async function* readEverything(
  client: Pick<OfficialClient, 'readAll'>,
  after: bigint,
  end: bigint,
  bounds: ReadBounds,
): AsyncGenerator<RecordedEvent> {
  let reached = after;
  const reading = client.readAll({
    fromPosition: after === 0n ? START : { commit: after, prepare: after },
    requiresLeader: true,
  });
  for await (const resolved of takeAll<AllStreamResolvedEvent>(reading, bounds)) {
    const place = placeOf(resolved);
    if (place.position > end) return;
    reached = place.position;
    // The read begins with the event at its position.
    if (place.position <= after) continue;
    if (!isOurs(place)) {
      bounds.foreign.passOverStream(place.streamId, place.revision);
      continue;
    }
    const event = shownInLog(resolved, bounds.foreign);
    if (event) yield event;
  }
  if (!bounds.signal.aborted && reached < end) throw endedEarly(reached, end);
}

/** A read of the whole log knows no filter, a subscription does: it looks at the other events on the server's side. */
async function* readMatching(
  client: Pick<OfficialClient, 'subscribeToAll'>,
  after: bigint,
  streamPrefixes: readonly string[],
  end: bigint,
  { signal, silenceMs, foreign }: ReadBounds,
): AsyncGenerator<RecordedEvent> {
  let reached = after;
  const options = { after, streamPrefixes, signal, silenceMs, foreign, waitsForNews: false };
  for await (const item of subscribeOnce(client, options)) {
    if (item.kind === 'event') {
      if (item.event.position > end) return;
      yield item.event;
      reached = item.event.position;
    } else if (item.kind === 'caught-up') return;
    else reached = item.position;
    if (reached >= end) return;
  }
  if (!signal.aborted) throw endedEarly(reached, end);
}

/** A call that a server or something before it ends as if it were complete must not pass for the whole log. */
const endedEarly = (reached: bigint, end: bigint): StoreUnavailable =>
  new StoreUnavailable(`a read of the event log ended at position ${reached}, and the log at ${end}`);

async function* takeAll<T>(reading: StreamingRead<T>, bounds: ReadBounds): AsyncGenerator<T> {
  const taken = new Taken<T>(reading, () => reading.cancel());
  try {
    for (;;) {
      const item = taken.read();
      if (item !== null) yield item;
      else if (!(await taken.more(bounds))) return;
    }
  } finally {
    taken.letGo();
  }
}
