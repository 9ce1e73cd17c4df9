import type { Span, Stalls } from './stalls.js';

/** So much is added at the most: more would hide what is late of itself. Milliseconds. */
const ADDED_MS_MAX = 1_000;
/**
 * Beside other work gateway, executor, log and caller wait for a core one after the other, and only the caller's waiting
 * is seen. What is late by less than this is not told from that. Milliseconds.
 */
const AMONG_OTHERS_MS = 3_000;
/**
 * How many standstills of the caller lie on the way: of an answer, it is kept from sending, and from seeing it. An append
 * has its deadline in our own process.
 */
const STALLS_OF = { answer: 2, append: 1 } as const;

export type Measured = 'answer' | 'append' | 'recovery';

/** What a promise is lengthened by. Milliseconds. */
export class Allowances {
  /** @param amongOthers the machine does other work, as a test run does */
  constructor(
    private readonly stalls: Pick<Stalls, 'sumMs'>,
    private readonly amongOthers: boolean,
  ) {}

  /** Alone on the machine: the caller's standstills within that very call, for answers; nothing for the others. */
  ms(what: Measured, measured: Span): number {
    if (this.amongOthers && what !== 'append') return AMONG_OTHERS_MS;
    if (what === 'recovery' || (what === 'append' && !this.amongOthers)) return 0;
    return Math.min(this.stalls.sumMs(STALLS_OF[what], measured), ADDED_MS_MAX);
  }
}
