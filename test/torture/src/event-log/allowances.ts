import type { Span, Stalls } from './stalls.js';

/** So much is added at the most: more would hide what is late of itself. Milliseconds. */
const ADDED_MS_MAX = { alone: 1_000, amongOthers: 2_000 };

/**
 * How many standstills may lie on the way of what is measured. A caller is kept from sending, and from seeing the answer.
 * An append has its deadline in our own process. For a recovery gateway, executor, log and caller have to run one after
 * the other: theirs are not measured, and are taken to be as long as ours.
 */
const STALLS_OF = { answer: 2, append: 1, recovery: 4 } as const;

export type Measured = keyof typeof STALLS_OF;

/** What a promise is lengthened by: the standstills within what is measured, and no others. Milliseconds. */
export class Allowances {
  private readonly addedMsMax: number;

  /** @param forAll appends and recoveries too, for a machine that does other work; without it answers alone */
  constructor(
    private readonly stalls: Pick<Stalls, 'sumMs'>,
    private readonly forAll: boolean,
  ) {
    this.addedMsMax = forAll ? ADDED_MS_MAX.amongOthers : ADDED_MS_MAX.alone;
  }

  ms(what: Measured, measured: Span): number {
    if (what !== 'answer' && !this.forAll) return 0;
    return Math.min(this.stalls.sumMs(STALLS_OF[what], measured), this.addedMsMax);
  }
}
