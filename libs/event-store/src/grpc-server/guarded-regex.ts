/**
 * A client's regular expression may take for ever on a text that almost fits. What is plain runs as it is; anything else
 * runs with the clock in hand, a page of texts at a time, because starting that clock costs as much as a thousand tests.
 */
import { createContext, Script } from 'node:vm';
import { status } from '@grpc/grpc-js';
import { CallFailure } from './call-failure.js';

const PAGE_MS_MAX = 100;
/** With a single repetition the work is at most the square of the text's length. */
const PLAIN_TEXT_LENGTH_MAX = 1_000;
const REPETITIONS = /[*+{?]/g;

/** One for all: making one costs far more than using it, and nothing waits while it is used. */
const asked: { regex?: RegExp; texts?: readonly string[] } = {};
const context = createContext(asked);
const testAll = new Script('texts.map((text) => regex.test(text))');

/** @returns whether it is found in each of the texts; throws CallFailure where that takes too long */
export function guardedTest(regex: RegExp): (texts: readonly string[]) => readonly boolean[] {
  const isPlain = (regex.source.match(REPETITIONS) ?? []).length <= 1;
  return (texts) => {
    if (isPlain && texts.every(({ length }) => length <= PLAIN_TEXT_LENGTH_MAX))
      return texts.map((text) => regex.test(text));
    return againstTheClock(regex, texts);
  };
}

function againstTheClock(regex: RegExp, texts: readonly string[]): readonly boolean[] {
  Object.assign(asked, { regex, texts });
  try {
    const found: boolean[] = testAll.runInContext(context, { timeout: PAGE_MS_MAX });
    return found;
  } catch (error) {
    if (isTimeout(error))
      throw new CallFailure(status.INVALID_ARGUMENT, 'the regular expression of the filter takes too long');
    throw error;
  }
}

/** The error is of another realm than ours may be, so its class says nothing. */
const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
