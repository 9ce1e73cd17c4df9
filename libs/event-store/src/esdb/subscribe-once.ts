/** One subscription of the client to the whole log, from a position until it is dropped. */
import { type AllStreamResolvedEvent, type Filter, START, streamNameFilter } from '@eventstore/db-client';
import type { SubscriptionItem } from '../event-store.js';
import type { ForeignEvents } from '../foreign-events.js';
import { Marks } from './marks.js';
import type { OfficialClient } from './official-client.js';
import { isOurs, placeOf, shownInLog } from './read-event.js';
import { Taken } from './taken.js';

export interface SubscribeOnce {
  /** 0n: from the beginning. */
  readonly after: bigint;
  /** An end of the log that is known from before: who has caught up is no less far, though nothing of it matched. Default: `after`. */
  readonly end?: bigint;
  readonly streamPrefixes: readonly string[] | undefined;
  readonly signal: AbortSignal;
  /** How long the server may take to say that it has begun. */
  readonly silenceMs: number;
  /** Once it has begun it may say nothing for as long as nothing is written. False for who waits for what is there. */
  readonly waitsForNews?: boolean;
  readonly foreign: ForeignEvents;
}

/** Events that the server looks at between two checkpoints: as many as may be looked at again after a drop. */
const CHECKPOINT_EVENTS = 512;
/** No stream of ours has a space in it: nothing matches. */
const NO_STREAM_AT_ALL = ' ';

/** Ends when aborted. @throws StoreUnavailable dropped  @throws ForeignEvent  @throws RangeError no such position */
export async function* subscribeOnce(
  client: Pick<OfficialClient, 'subscribeToAll'>,
  { after, end = after, streamPrefixes, signal, silenceMs, waitsForNews = true, foreign }: SubscribeOnce,
): AsyncGenerator<SubscriptionItem> {
  const marks = new Marks();
  let confirmed = false;
  let read = 0;
  let position = after;
  const subscription = client.subscribeToAll({
    fromPosition: after === 0n ? START : { commit: after, prepare: after },
    // One that lags would call itself caught up before the end that the leader told.
    requiresLeader: true,
    ...filterOf(streamPrefixes, (checkpoint) => note({ checkpoint })),
  });
  const taken = new Taken<AllStreamResolvedEvent>(subscription, () => subscription.unsubscribe());
  const note = (mark: { checkpoint: bigint } | { caughtUp: true }) => {
    marks.note(read + taken.buffered, mark);
    taken.wake();
  };
  subscription.on('caughtUp', () => note({ caughtUp: true }));
  subscription.on('confirmation', () => {
    confirmed = true;
  });
  try {
    for (;;) {
      const mark = marks.due(read);
      if (mark) {
        const { checkpoint = 0n, caughtUp } = mark;
        if (checkpoint > position) {
          position = checkpoint;
          yield { kind: 'checkpoint', position };
        }
        if (caughtUp) {
          if (end > position) position = end;
          yield { kind: 'caught-up', position };
        }
        continue;
      }
      const resolved = taken.read();
      if (resolved === null) {
        if (await taken.more({ signal, silenceMs, mayBeSilent: () => waitsForNews && confirmed })) continue;
        return;
      }
      read += 1;
      const place = placeOf(resolved);
      if (place.position <= position) continue;
      position = place.position;
      if (isOurs(place)) {
        const event = shownInLog(resolved, foreign);
        yield event ? { kind: 'event', event } : { kind: 'checkpoint', position };
      }
      if (signal.aborted) return;
    }
  } finally {
    taken.letGo();
  }
}

function filterOf(
  prefixes: readonly string[] | undefined,
  checkpoint: (position: bigint) => void,
): { filter?: Filter } {
  if (prefixes === undefined || prefixes.includes('')) return {};
  return {
    filter: streamNameFilter({
      prefixes: prefixes.length > 0 ? [...prefixes] : [NO_STREAM_AT_ALL],
      maxSearchWindow: CHECKPOINT_EVENTS,
      checkpointInterval: 1,
      checkpointReached: (_, { commit }) => checkpoint(commit),
    }),
  };
}
