import { AppendUnknown, type EventStore, StoreUnavailable, StreamConflict } from '@action-do/event-store';
import type { CopiedEvent } from './copied-event.js';
import { EXIT, Refused } from './refused.js';

const PAUSE_MS = 500;

/**
 * Appends events of one stream at the place that they have in the source. What nobody answered is sent again with the
 * same ids at the same place, which is harmless (E4 of the port).
 * @param refusal what is said where somebody else writes to the stream
 * @throws Refused the target is away, or somebody else writes to it
 */
export async function appendSurely(
  target: EventStore,
  events: readonly CopiedEvent[],
  triesMax: number,
  pause: (ms: number) => Promise<void>,
  refusal: (conflict: StreamConflict, next: bigint) => Refused = notOfThisLog,
): Promise<void> {
  const [first] = events;
  if (first === undefined) return;
  const expected = first.revision === 0n ? 'no-stream' : first.revision - 1n;
  for (let tries = 1; ; tries += 1) {
    try {
      await target.append(first.streamId, events, expected);
      return;
    } catch (error) {
      if (error instanceof StreamConflict) throw refusal(error, first.revision);
      const isAway = error instanceof AppendUnknown || error instanceof StoreUnavailable;
      if (!isAway) throw error;
      if (tries === triesMax)
        throw new Refused(
          'UNAVAILABLE',
          EXIT.unreachable,
          `The log does not answer: ${error.message}.`,
          'Run the same command again when it does: it goes on where it stopped.',
          { cause: error },
        );
      await pause(PAUSE_MS);
    }
  }
}

const notOfThisLog = (conflict: StreamConflict, next: bigint): Refused =>
  new Refused(
    'REQUEST_INVALID',
    EXIT.refused,
    `Stream ${conflict.streamId} of the target is at ${conflict.actual}, and the next event is ${next}: somebody else writes to it.`,
    'Stop whatever writes to the target. What it wrote is not of this log: begin with an empty target.',
    { cause: conflict },
  );
