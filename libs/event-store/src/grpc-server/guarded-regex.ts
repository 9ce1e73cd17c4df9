/**
 * A client's regular expression may take for ever on a text that almost fits. What is provably cheap runs as it is; all else
 * runs with the clock in hand, a page of texts at a time, because starting that clock costs as much as a thousand tests.
 */
import { createContext, Script } from 'node:vm';
import { status } from '@grpc/grpc-js';
import { CallFailure } from './call-failure.js';

const PAGE_MS_MAX = 100;
/** What is cheap costs at most the product of both, in comparisons of a character, for a text. */
const CHEAP_TEXT_LENGTH_MAX = 256;
const CHEAP_SOURCE_LENGTH_MAX = 128;

/** What stands for one character: itself, any, an escape that needs no other part of the expression, a class. */
const ONE = String.raw`(?:[^\\^$.*+?()[\]{}|]|\.|\\[^\dkpPu]|\[(?:[^\\\]]|\\[^pPu])*\])`;
const WORD = String.raw`\^?${ONE}*\$?`;
/**
 * Without groups there is neither a backreference nor a look around, and with one repetition at most nothing that multiplies:
 *  words, one of which is found: each is compared once at each place;
 *  from the beginning on, one repetition: it is shortened once for each character, and the rest compared;
 *  a repetition at the very end: nothing comes behind it for which it would have to be shortened.
 */
const CHEAP = new RegExp(
  String.raw`^(?:${WORD}(?:\|${WORD})*|\^${ONE}*(?:${ONE}[*+?])?${ONE}*\$?|${ONE}+[*+?])$`,
  'u',
);

/** One for all: making one costs far more than using it, and nothing waits while it is used. */
const asked: { regex?: RegExp; texts?: readonly string[] } = {};
const context = createContext(asked);
const testAll = new Script('texts.map((text) => regex.test(text))');

/** Whether no text, however it is made, can make it take longer than the product of the two lengths. */
export const isCheap = ({ source }: RegExp): boolean =>
  source.length <= CHEAP_SOURCE_LENGTH_MAX && CHEAP.test(source);

/** @returns whether it is found in each of the texts; throws CallFailure where that takes too long */
export function guardedTest(regex: RegExp): (texts: readonly string[]) => readonly boolean[] {
  const runsAsItIs = isCheap(regex);
  return (texts) => {
    if (runsAsItIs && texts.every(({ length }) => length <= CHEAP_TEXT_LENGTH_MAX))
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
