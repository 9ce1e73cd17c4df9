import type { Executor } from '../executor.js';
import { pause } from '../ports.js';
import type { RecoveryMark } from './recovery-mark.js';

const WRITE_EVERY_MS = 1_000;

/** Writes the mark once a second while the executor runs, and a last time when stopped. */
export function keepRecoveryMark(
  { log, admissions, clock, logger }: Executor,
  mark: RecoveryMark,
): { stop(): Promise<void> } {
  const stopper = new AbortController();
  const write = async (): Promise<void> => {
    // The position first: what is appended after it is read at the next start anyway.
    const after = log.lastPosition;
    await mark.write(log.logId, after, admissions.streams()).catch((error: unknown) => {
      logger.warn({ err: error }, 'the recovery mark was not written: the next start reads more of the log');
    });
  };
  const loop = async (): Promise<void> => {
    while (!stopper.signal.aborted) {
      await pause(clock, WRITE_EVERY_MS, stopper.signal);
      await write();
    }
  };
  const ended = loop();
  return {
    stop: () => {
      stopper.abort();
      return ended;
    },
  };
}
