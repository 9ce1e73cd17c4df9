/** What reading needs: the log, what is known of its streams, and the time, for events that have had theirs. */
import type { RawLog } from '../embedded/raw-log.js';
import type { StreamStates } from './stream-states.js';

export interface LogView {
  readonly log: RawLog;
  readonly states: StreamStates;
  readonly nowMs: () => number;
}
