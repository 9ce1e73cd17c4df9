/**
 * What can go wrong, and where. A life passes boundaries; the names are those that the life without faults gives them
 * too, so that a plan made of one life finds its place in the next.
 */
export type BoundaryKind = 'append' | 'call' | 'point' | 'probe';

export interface Boundary {
  readonly kind: BoundaryKind;
  /** `append 2`, `call 1`, `call 1, point 3`, `probe 1`: the same in each life that goes the same way so far. */
  readonly id: string;
  /** What stands there, for people. */
  readonly what: string;
}

export type FaultKind =
  | 'dies-before'
  | 'dies-after'
  | 'append-lost'
  | 'answer-lost'
  | 'pauses-before'
  | 'dies-during'
  | 'pauses-during'
  | 'pauses-briefly'
  | 'loses-answer'
  | 'times-out'
  | 'dies-at'
  | 'pauses-at';

interface Fault {
  readonly kind: FaultKind;
  readonly says: (what: string) => string;
  /** The executor is gone for good: what a second strike is. */
  readonly isDeath?: true;
  /** The handler goes on when the platform has given it up: its effect may land at any time after. */
  readonly leavesRunning?: true;
}

const AT: Readonly<Record<BoundaryKind, readonly Fault[]>> = {
  append: [
    { kind: 'dies-before', says: (what) => `the executor dies before ${what} is appended`, isDeath: true },
    { kind: 'dies-after', says: (what) => `the executor dies when ${what} is appended`, isDeath: true },
    { kind: 'append-lost', says: (what) => `the append of ${what} is lost, and repeated` },
    {
      kind: 'answer-lost',
      says: (what) => `the answer to the append of ${what} is lost, and it is repeated`,
    },
    {
      kind: 'pauses-before',
      says: (what) => `the executor pauses before ${what} is appended, and comes back`,
    },
  ],
  call: [
    {
      kind: 'dies-during',
      says: (what) => `the executor dies during ${what}; the handler goes on, unheard`,
      isDeath: true,
      leavesRunning: true,
    },
    {
      kind: 'pauses-during',
      says: (what) => `the executor pauses during ${what}, and comes back when all is over`,
      leavesRunning: true,
    },
    {
      kind: 'pauses-briefly',
      says: (what) => `the executor pauses during ${what}, and comes back right after the takeover`,
      leavesRunning: true,
    },
    { kind: 'loses-answer', says: (what) => `the answer of ${what} is lost` },
    { kind: 'times-out', says: (what) => `${what} times out, and goes on`, leavesRunning: true },
  ],
  point: [
    { kind: 'dies-at', says: (what) => `the process dies at ${what}`, isDeath: true },
    {
      kind: 'pauses-at',
      says: (what) => `the process pauses at ${what}, and comes back`,
      leavesRunning: true,
    },
  ],
  probe: [
    { kind: 'dies-before', says: (what) => `the executor dies before ${what}`, isDeath: true },
    { kind: 'loses-answer', says: (what) => `the answer of ${what} is lost` },
  ],
};

/** One fault at one boundary. */
export interface Strike {
  readonly boundary: Boundary;
  readonly fault: Fault;
}
export type Plan = readonly Strike[];

export const describeStrike = ({ boundary, fault }: Strike): string => fault.says(boundary.what);

/** All that can go wrong at these boundaries. */
export const strikesAt = (boundaries: readonly Boundary[]): Strike[] =>
  boundaries.flatMap((boundary) => AT[boundary.kind].map((fault) => ({ boundary, fault })));

/** Plans with one more death each, anywhere behind the last strike: the life that had `plan` passed these boundaries. */
export function withOneMoreDeath(plan: Plan, passed: readonly Boundary[]): Plan[] {
  const last = plan.at(-1)?.boundary.id;
  const behind = passed.slice(passed.findIndex(({ id }) => id === last) + 1);
  return strikesAt(behind)
    .filter(({ fault }) => fault.isDeath)
    .map((strike) => [...plan, strike]);
}
