import { createContext, Script } from 'node:vm';

/** How long one check may keep everybody else in this process waiting; twice, at the most. */
const CHECK_MS_MAX = 250;
/** The time is the clock's: a process that stood still meanwhile is no fault of what it checks. */
const TRIES = 2;

/**
 * What a check may take long by: patterns that are tried in all ways, references that lead to the same again and again,
 * items of which each is held against each other one. Of what is long itself, any value may be held against all of it.
 */
const MAY_TAKE_LONG = /"(?:pattern|patternProperties|uniqueItems|\$ref|\$dynamicRef|\$recursiveRef)":/;
const SHORT = 4_096;

/** Only a script that Node watches can be stopped, a pattern in the middle of its trying included. */
const box: { check: () => boolean } = { check: () => true };
const context = createContext(box);
const script = new Script('check()');

/** Whether checks by a schema have to be watched, which costs about 0.1 ms each. @param text the schema as JSON */
export const mayTakeLong = (text: string): boolean => text.length > SHORT || MAY_TAKE_LONG.test(text);

/** What a check says; null where it did not come to an end. It may be run twice. */
export function boundedCheck(check: () => boolean): boolean | null {
  box.check = check;
  for (let tries = 0; tries < TRIES; tries++)
    try {
      return script.runInContext(context, { timeout: CHECK_MS_MAX }) === true;
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
