/** What the server is doing and has done: for its metrics, and to know when a stop interrupts nothing. */
import type { WriteOutcome } from './append-outcome.js';

/** Since the server began; nothing of it is kept. */
export interface ActivityCounts {
  /** By what became of them: `written`, or why not. */
  readonly writes: Readonly<Record<WriteOutcome['kind'], number>>;
  readonly eventsRead: number;
  readonly openReads: number;
  readonly openSubscriptions: number;
}

export class Activity {
  readonly #writes: Record<WriteOutcome['kind'], number> = {
    written: 0,
    'wrong-revision': 0,
    'stream-deleted': 0,
    'access-denied': 0,
    'too-large': 0,
    'bad-request': 0,
    unknown: 0,
    busy: 0,
  };
  #eventsRead = 0;
  #openReads = 0;
  #openSubscriptions = 0;
  #underWay = 0;
  #whenIdle: (() => void)[] = [];

  get counts(): ActivityCounts {
    return {
      writes: { ...this.#writes },
      eventsRead: this.#eventsRead,
      openReads: this.#openReads,
      openSubscriptions: this.#openSubscriptions,
    };
  }

  /** What ends by itself: a stop waits for it. */
  async write(write: () => Promise<WriteOutcome>): Promise<WriteOutcome> {
    this.#underWay += 1;
    try {
      const outcome = await write();
      this.#writes[outcome.kind] += 1;
      return outcome;
    } finally {
      this.#ended();
    }
  }

  async read(read: () => Promise<void>): Promise<void> {
    this.#underWay += 1;
    this.#openReads += 1;
    try {
      await read();
    } finally {
      this.#openReads -= 1;
      this.#ended();
    }
  }

  /** What goes on until somebody ends it: a stop does. */
  async subscription(follow: () => Promise<void>): Promise<void> {
    this.#openSubscriptions += 1;
    try {
      await follow();
    } finally {
      this.#openSubscriptions -= 1;
    }
  }

  countRead(): void {
    this.#eventsRead += 1;
  }

  /** Resolves when nothing is under way that would end by itself. */
  idle(): Promise<void> {
    if (this.#underWay === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenIdle.push(resolve);
    });
  }

  #ended(): void {
    this.#underWay -= 1;
    if (this.#underWay > 0) return;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}
