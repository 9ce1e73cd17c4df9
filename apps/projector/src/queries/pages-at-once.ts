import { unavailable } from './message-refused.js';

/** A page has up to 768 KiB of rows, the same again as text, and as an answer: eight are some forty megabytes. */
export const PAGES_AT_ONCE_MAX = 8;
/** They hold nothing but what they were asked. */
export const PAGES_WAITING_MAX = 192;

/** Lets some pages be made at a time: the others wait, in the order in which they came, and those beyond are refused. */
export class PagesAtOnce {
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @throws MessageRefused UNAVAILABLE too many are waiting */
  async make<T>(page: () => Promise<T>): Promise<T> {
    if (this.#running < PAGES_AT_ONCE_MAX) this.#running += 1;
    else if (this.#waiting.length < PAGES_WAITING_MAX)
      await new Promise<void>((begin) => this.#waiting.push(begin));
    else throw unavailable('Too many lists are asked for at a time.');
    try {
      return await page();
    } finally {
      const next = this.#waiting.shift();
      // Whoever waited longest takes the place, which is not free in between.
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
