import type { ViewsRebuild } from '@action-do/contracts';
import type { FollowedViews } from '../follow/followed-views.js';
import type { Decision } from '../follow/misfit.js';

/**
 * Views that are built in the place of some that do not fit the log: by the follower itself, which follows no others, and
 * compared with nothing, for there is nothing that they should be the same as. The follower tells how it ended: whether
 * anybody looks meanwhile must not matter.
 */
export class Replacement implements Decision {
  #ended: ViewsRebuild | null = null;

  constructor(private readonly followed: () => FollowedViews | null) {}

  get status(): ViewsRebuild {
    if (this.#ended !== null) return this.#ended;
    const views = this.followed();
    if (views === null) return { state: 'running', done: '0', total: '0' };
    // By its positions, of which not every one is an event for the views.
    return { state: 'running', done: String(views.events), total: String(views.head) };
  }

  done(events: number): void {
    this.#ended = { state: 'done', done: String(events), total: String(events) };
  }

  failed(reason: string): void {
    const { done, total } = this.status;
    this.#ended = { state: 'failed', done, total, error: reason };
  }
}
