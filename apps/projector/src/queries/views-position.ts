import type { ViewsReader } from '@action-do/views';
import type { Clock } from '../ports.js';
import { unavailable } from './message-refused.js';

const LOOK_EVERY_MS = 20;
/** Questions that wait at once; one more is told to come again. */
const WAITING_MAX = 1_000;

/** Waits for the views to reach a position: one look at a time for all who wait, however many. */
export class ViewsPosition {
  #waiting = 0;
  #look: Promise<bigint> | null = null;

  constructor(
    private readonly views: Pick<ViewsReader, 'checkpoint'>,
    private readonly clock: Clock,
  ) {}

  /** @throws MessageRefused UNAVAILABLE: not within `waitMs`  @throws ViewsUnavailable */
  async reach(position: bigint, waitMs: number): Promise<void> {
    if (this.#waiting >= WAITING_MAX) throw unavailable('Too many questions wait for the views.');
    const endsAtMs = this.clock.nowMs() + waitMs;
    this.#waiting += 1;
    try {
      while ((await this.#lookOnce()) < position) {
        if (this.clock.nowMs() >= endsAtMs)
          throw unavailable('The views have not reached this position yet.');
        await new Promise<void>((resolve) => {
          this.clock.after(LOOK_EVERY_MS, resolve);
        });
      }
    } finally {
      this.#waiting -= 1;
    }
  }

  #lookOnce(): Promise<bigint> {
    this.#look ??= this.views
      .checkpoint()
      .then((checkpoint) => checkpoint?.position ?? 0n)
      .finally(() => {
        this.#look = null;
      });
    return this.#look;
  }
}
