import type { Span, Stalls } from './stalls.js';

/** So much is added at the most: more would hide what is late of itself. Milliseconds. */
const ADDED_MS_MAX = 1_000;
/**
 * Beside other work gateway, executor, log and caller wait for a core one after the other, and only the caller's waiting
 * is seen. What is late by less than this is not told from that. Milliseconds.
 */
const AMONG_OTHERS_MS = 3_000;
/** How many standstills of the caller lie on the way of an answer: it is kept from sending, and from seeing it. */
const STALLS_OF_ANSWER = 2;

export type Measured = 'answer' | 'append' | 'recovery';

/** What a promise is lengthened by. Milliseconds. */
export class Allowances {
  /** @param amongOthers the machine does other work, as a test run does: the same for all that is measured */
  constructor(
    private readonly stalls: Pick<Stalls, 'sumMs'>,
    private readonly amongOthers: boolean,
  ) {}

  /** Alone on the machine: the caller's standstills within that very call, for answers; nothing for the others. */
  ms(what: Measured, measured: Span): number {
    if (this.amongOthers) return AMONG_OTHERS_MS;
    return what === 'answer' ? Math.min(this.stalls.sumMs(STALLS_OF_ANSWER, measured), ADDED_MS_MAX) : 0;
  }
}
