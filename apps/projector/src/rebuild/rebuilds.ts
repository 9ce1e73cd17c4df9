import type { ViewsRebuild } from '@action-do/contracts';
import type { LogFollower } from '../follow/follow-log.js';
import { refused, unavailable } from '../queries/message-refused.js';
import { Rebuild, type RebuildParts } from './rebuild.js';
import { Replacement } from './replacement.js';

export interface RebuildsParts extends RebuildParts {
  readonly follower: Pick<LogFollower, 'followed' | 'misfit'>;
}

/** The rebuilds of one projector: one at a time, the newest remembered. */
export class Rebuilds {
  readonly #parts: RebuildsParts;
  #newest: { readonly status: ViewsRebuild } | null = null;

  constructor(parts: RebuildsParts) {
    this.#parts = parts;
  }

  /** Null where none was asked for since this projector was started. */
  get status(): ViewsRebuild | null {
    return this.#newest?.status ?? null;
  }

  /** Begins one, which ends by itself. @throws MessageRefused one is under way, or there are no live views */
  begin(): ViewsRebuild {
    const { follower } = this.#parts;
    // First: a follower that waits for a decision builds nothing, whatever was begun before.
    if (follower.misfit.reason !== null) {
      const replacement = new Replacement(() => follower.followed);
      this.#newest = replacement;
      follower.misfit.decide(replacement);
      return replacement.status;
    }
    if (this.#newest?.status.state === 'running')
      throw refused('IN_PROGRESS', {
        detail: 'The views are being built anew already: GET /v1/views tells how far it is.',
        effect: 'none',
        retryAfterMs: 1_000,
      });
    const live = follower.followed;
    if (live === null) throw unavailable('The views are not followed at present.');
    const { writer } = live;
    if (writer.live === false)
      throw unavailable('The views of this version are being built already, and take over by themselves.');
    const buildAnew = writer.buildAnew?.bind(writer);
    if (buildAnew === undefined) throw unavailable('There is no place beside these views.');
    const rebuild = new Rebuild(this.#parts, live);
    this.#newest = rebuild;
    live.keepOpenFor(rebuild.run(buildAnew));
    return rebuild.status;
  }
}
