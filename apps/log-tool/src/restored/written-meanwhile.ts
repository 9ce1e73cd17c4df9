import { EXIT, Refused } from '../refused.js';

/** A platform runs on the log: what it does now cannot be told from what is to be parked. */
export const writtenMeanwhile = (cause?: Error): Refused =>
  new Refused(
    'REQUEST_INVALID',
    EXIT.refused,
    `Somebody else writes to the log${cause === undefined ? '' : ` (${cause.message})`}.`,
    'Stop every executor, then run the same command again: it goes on where it stopped.',
    { cause },
  );
