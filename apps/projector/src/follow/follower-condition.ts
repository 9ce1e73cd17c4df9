/** How the writing half stands, in a word for whoever watches. */
export type ConditionWord = 'standing-by' | 'catching-up' | 'following' | 'not-following' | 'undecided';

export interface Condition {
  readonly word: ConditionWord;
  /** False for the one on duty that has not followed for longer than a minute. */
  readonly ready: boolean;
}

/** Shorter trouble mends itself, and nobody has to come: a restart of the log or of the database is over by then. */
const TROUBLE_MS_MAX = 60_000;

/**
 * What is known of the writing half: told by the follower, read by whoever asks whether the service is ready. One that
 * stands by is ready, for another one follows.
 */
export class FollowerCondition {
  #standsBy = false;
  #caughtUp = false;
  #undecided = false;
  #notSinceMs: number | null;

  constructor(nowMs: number) {
    this.#notSinceMs = nowMs;
  }

  standsBy(): void {
    this.#standsBy = true;
    this.#undecided = false;
  }

  takesOver(nowMs: number): void {
    this.#standsBy = false;
    this.#notSinceMs = nowMs;
  }

  /** A batch was written. */
  follows(): void {
    this.#notSinceMs = null;
    this.#undecided = false;
  }

  hasCaughtUp(caughtUp: boolean): void {
    this.#caughtUp = caughtUp;
  }

  isInTrouble(nowMs: number): void {
    this.#notSinceMs ??= nowMs;
  }

  /** The views are of no use, and somebody has to say what is to become of them. */
  isUndecided(nowMs: number): void {
    this.#notSinceMs ??= nowMs;
    this.#undecided = true;
  }

  at(nowMs: number): Condition {
    if (this.#standsBy) return { word: 'standing-by', ready: true };
    if (this.#notSinceMs === null) return { word: this.#caughtUp ? 'following' : 'catching-up', ready: true };
    const ready = nowMs - this.#notSinceMs <= TROUBLE_MS_MAX;
    return { word: this.#undecided ? 'undecided' : 'not-following', ready };
  }
}
