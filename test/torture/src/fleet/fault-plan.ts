import type { Random } from '@action-do/test-support';
import type { FaultKind } from '../history/history.js';

/** Every so many kills of an executor everything dies at once. */
const EVERYTHING_EVERY = 10;

/** What comes next, of what came so far (from 0). */
export type Plan = (count: number, random: Random) => FaultKind;

const only =
  (kind: FaultKind): Plan =>
  () =>
    kind;

/** How often each comes among a hundred. The stop in order comes first: nothing else has been broken yet. */
const MIXED: readonly (readonly [FaultKind, number])[] = [
  ['term', 15],
  ['kill', 25],
  ['kill-worker', 10],
  ['everything', 8],
  ['pause', 17],
  ['bus', 13],
  ['store', 12],
];

/** Each kind once, before chance decides: the shortest round has all of them. */
const mixed: Plan = (count, random) => {
  const [kind] = MIXED[count] ?? [];
  if (kind !== undefined) return kind;
  let left = random() * MIXED.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [one, weight] of MIXED) {
    left -= weight;
    if (left < 0) return one;
  }
  return 'kill';
};

export const PLANS = {
  kill: (count) => (count % EVERYTHING_EVERY === EVERYTHING_EVERY - 1 ? 'everything' : 'kill'),
  everything: only('everything'),
  pause: only('pause'),
  bus: only('bus'),
  store: only('store'),
  term: only('term'),
  all: mixed,
} as const satisfies Record<string, Plan>;

export type FleetModeName = keyof typeof PLANS;
