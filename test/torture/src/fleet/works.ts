import { EFFECTS_CLASSES, PLACES, type Random } from '@action-do/test-support';
import type { Work } from '../history/history.js';

const HOLD_MS_MAX = 40;
/** Some take so long that a fault meets them with certainty. */
const LONG_SHARE = 0.1;
const LONG_HOLD_MS_MAX = 1_500;
const KEYED_SHARE = 0.5;
const FAILING_SHARE = 0.05;
const FAILURES_MAX = 2;
const REFUSING_SHARE = 0.03;
/** So many pieces of work are asked for by several callers, until others take their place. */
const SHARED_WORKS = 16;
const SHARED_SHARE = 0.2;
const SHARED_FOR = 200;

/** Pieces of work, of every class and place, one after the other; the same ones of the same seed. */
export class Works {
  private shared: Work[] = [];
  private made = 0;
  private taken = 0;

  constructor(
    private readonly name: string,
    private readonly random: Random,
  ) {}

  next(): Work {
    if (this.taken % SHARED_FOR === 0) this.shared = Array.from({ length: SHARED_WORKS }, () => this.make());
    this.taken += 1;
    if (this.random() >= SHARED_SHARE) return this.make();
    const work = pick(this.shared, this.random);
    // Each call of a read without a key is an execution of its own: nobody shares it.
    return work.effects === 'none' && work.key === undefined ? this.make() : work;
  }

  private make(): Work {
    const effects = pick(EFFECTS_CLASSES, this.random);
    const id = `${this.name}-${this.made++}`;
    const share = (): number => this.random();
    const isLong = share() < LONG_SHARE;
    const failing = share() < FAILING_SHARE ? 1 + Math.floor(share() * FAILURES_MAX) : 0;
    return {
      id,
      place: pick(PLACES, this.random),
      effects,
      holdMs: Math.floor(share() * (isLong ? LONG_HOLD_MS_MAX : HOLD_MS_MAX)),
      failures: effects === 'unsafe' ? 0 : failing,
      refuses: share() < REFUSING_SHARE,
      key: share() < KEYED_SHARE ? `"key-${id}"` : undefined,
    };
  }
}

export function pick<T>(from: readonly T[], random: Random): T {
  const one = from[Math.floor(random() * from.length)];
  if (one === undefined) throw new RangeError('there is nothing to pick from');
  return one;
}
