import type { ViewsRebuild } from '@action-do/contracts';
import type { FollowedViews } from '../follow/followed-views.js';

/**
 * Views that are built in the place of some that do not fit the log: by the follower itself, which follows no others, and
 * compared with nothing, for there is nothing that they should be the same as.
 */
export class Replacement {
  #done: ViewsRebuild | null = null;

  constructor(private readonly followed: () => FollowedViews | null) {}

  get status(): ViewsRebuild {
    if (this.#done !== null) return this.#done;
    const views = this.followed();
    if (views === null) return { state: 'running', done: '0', total: '0' };
    const done = String(views.events);
    if (views.writer.live === false)
      // By its positions, of which not every one is an event for the views.
      return { state: 'running', done, total: String(views.head) };
    this.#done = { state: 'done', done, total: done };
    return this.#done;
  }
}
