import { createContext, Script } from 'node:vm';

/** The time is the clock's: a process that stood still meanwhile is no fault of what is done in it. */
const TRIES = 2;

/** Only a script that Node watches can be stopped, a pattern in the middle of its trying included. */
const box: { work: () => void } = { work: () => undefined };
const context = createContext(box);
const script = new Script('work()');

/** What some work gives; null where it did not come to an end in that time, or went too deep. It may be done twice. */
export function bounded<T>(work: () => T, timeoutMs: number): T | null {
  let done: T | null = null;
  box.work = () => {
    done = work();
  };
  for (let tries = 0; tries < TRIES; tries++)
    try {
      script.runInContext(context, { timeout: timeoutMs });
      return done;
    } catch (error) {
      // A circle of references: the stack ended before the time did.
      if (error instanceof RangeError) return null;
      if (!isTimeout(error)) throw error;
    }
  return null;
}

const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
