import {
  type AppendResult,
  AppendUnknown,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  StoreUnavailable,
} from '@action-do/event-store';
import { type Clock, pause } from '../ports.js';
import type { Closing } from './closing.js';

const REPEAT_DELAY_MS = 250;

export interface Append {
  readonly stream: string;
  readonly records: readonly NewEvent[];
  readonly expected: ExpectedRevision;
}

/**
 * Row 16: repeats an append whose answer was lost, with the same ids at the same place, each time after the try
 * before has ended, until the store has said what became of it.
 * @param inDoubt why an earlier try of this very append is in doubt; null before the first
 * @throws StreamConflict not written, and never will be
 * @throws StoreUnavailable not written: no try before this one was in doubt
 * @throws AppendUnknown still in doubt after `repeatsMax` repeats, or when the executor has stopped
 */
export async function appendUntilKnown(
  store: EventStore,
  { stream, records, expected }: Append,
  clock: Clock,
  closing: Closing,
  repeatsMax: number,
  inDoubt: AppendUnknown | null = null,
): Promise<AppendResult> {
  let doubt = inDoubt;
  for (let repeats = 0; ; repeats++) {
    // It may have ended since the last try, and others may have been told so.
    if (doubt !== null && closing.ended) throw doubt;
    try {
      return await store.append(stream, records, expected);
    } catch (error) {
      if (error instanceof AppendUnknown) doubt = error;
      // This try wrote nothing, and tells nothing of the one in doubt.
      else if (!(error instanceof StoreUnavailable) || doubt === null) throw error;
      if (repeats >= repeatsMax || closing.ended) throw doubt;
    }
    await pause(clock, REPEAT_DELAY_MS);
  }
}
