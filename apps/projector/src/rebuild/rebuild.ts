/**
 * Builds the views anew from the log, beside those that are read, which follow the log meanwhile.
 *
 *  R1 nothing but rows: no hint, no line about an event; the live views told that when they came by it.
 *  R2 the others take over only when every row of every table is the same in both, at one and the same position.
 *  R3 however it ends before that, the live views stay as they were.
 *  R4 the live views stand still only while the last few events are read, and while readers go over; never while rows
 *     are compared, for what is compared is what both held at that moment.
 */
import type { ViewsRebuild } from '@action-do/contracts';
import type { EventLogReader } from '@action-do/event-store';
import type { ViewsComparison, ViewsSuccessor } from '@action-do/views';
import type { FollowedViews } from '../follow/followed-views.js';
import type { Clock, Log } from '../ports.js';
import { ViewsFiller } from './views-filler.js';
import { ViewsDiffer, ViewsOutrun, whyItFailed } from './why-it-failed.js';

/** What may be left to read while the live views stand still: some ten milliseconds. */
const EVENTS_AT_REST_MAX = 1_000;
/** Closer is by a tenth at least. What is written meanwhile is as much as is read, then, and waiting changes nothing. */
const CLOSER = 0.9;
const ROUNDS_NO_CLOSER_MAX = 5;

export interface RebuildParts {
  readonly log: EventLogReader;
  readonly clock: Clock;
  readonly logger: Log;
}

export class Rebuild {
  readonly #parts: RebuildParts;
  readonly #live: FollowedViews;
  readonly #beganAtMs: number;
  #state: ViewsRebuild['state'] = 'running';
  #error: string | undefined;
  #filler: ViewsFiller | null = null;
  #eventsInLive = 0;
  #rowsCompared = 0;

  constructor(parts: RebuildParts, live: FollowedViews) {
    this.#parts = parts;
    this.#live = live;
    this.#beganAtMs = parts.clock.nowMs();
  }

  get status(): ViewsRebuild {
    const done = this.#filler?.events ?? 0;
    const total = this.#state === 'done' ? done : Math.max(done, this.#eventsInLive + this.#live.events);
    return {
      state: this.#state,
      done: String(done),
      total: String(total),
      ...(this.#rowsCompared === 0 ? {} : { rowsCompared: String(this.#rowsCompared) }),
      ...(this.#error === undefined ? {} : { error: this.#error }),
    };
  }

  /** To its end; what goes wrong is told by `status`. */
  async run(buildAnew: () => Promise<ViewsSuccessor>): Promise<void> {
    const { logger } = this.#parts;
    logger.info({}, 'the views are built anew beside the live ones');
    let successor: ViewsSuccessor | null = null;
    try {
      successor = await buildAnew();
      await this.#build(successor);
      this.#state = 'done';
      logger.info(this.#figures(), 'the views built anew are the same row by row, and took over');
    } catch (error) {
      this.#error = whyItFailed(error, this.#live.signal);
      const fields = { ...this.#figures(), err: error };
      if (this.#live.signal.aborted) logger.info(fields, 'building the views anew was broken off');
      else logger.error(fields, 'building the views anew failed: the live ones stay');
      await this.#discard(successor);
      this.#state = 'failed';
    }
  }

  async #build(successor: ViewsSuccessor): Promise<void> {
    const { log, clock } = this.#parts;
    const live = this.#live;
    const filler = ViewsFiller.fromZero(log, successor, clock);
    this.#filler = filler;
    await this.#countEvents();
    await this.#comeClose(filler);
    const comparison = await live.atRest(async (position) => {
      await filler.fillUpTo(position, live.signal);
      return successor.compare();
    });
    await this.#insistOnEqual(comparison);
    await this.#comeClose(filler);
    await live.atRest(async (position) => {
      await filler.fillUpTo(position, live.signal);
      await live.replaceBy(successor);
    });
  }

  /** Each event is a row there. What is written meanwhile may count twice: nothing but a figure rests on it. */
  async #countEvents(): Promise<void> {
    const before = this.#live.events;
    try {
      const { audit_event: events = 0 } = await this.#live.writer.counts();
      this.#eventsInLive = events - before;
    } catch (error) {
      this.#parts.logger.debug({ err: error }, 'how many events there are could not be counted');
    }
  }

  /**
   * Until few events are between the two: the live views go on, so there are always some.
   * @throws ViewsOutrun there are not fewer and fewer of them
   */
  async #comeClose(filler: ViewsFiller): Promise<void> {
    let fewest = Number.POSITIVE_INFINITY;
    for (let roundsNoCloser = 0; roundsNoCloser < ROUNDS_NO_CLOSER_MAX; ) {
      const before = filler.events;
      await filler.fillUpTo(this.#live.position, this.#live.signal);
      const read = filler.events - before;
      if (read <= EVENTS_AT_REST_MAX) return;
      if (read <= fewest * CLOSER) {
        fewest = read;
        roundsNoCloser = 0;
      } else roundsNoCloser += 1;
    }
    throw new ViewsOutrun();
  }

  async #insistOnEqual(comparison: ViewsComparison): Promise<void> {
    try {
      const [ours, theirs] = comparison.checkpoints;
      if (ours?.position !== theirs?.position || ours?.logId !== theirs?.logId)
        throw new Error(`compared at ${ours?.position} and ${theirs?.position}`);
      const difference = await comparison.difference((rows) => {
        this.#rowsCompared = rows;
        this.#live.signal.throwIfAborted();
      });
      if (difference !== null) throw new ViewsDiffer(difference);
    } finally {
      await comparison.close();
    }
  }

  /** What cannot be dropped now is dropped when the place is opened the next time. */
  async #discard(successor: ViewsSuccessor | null): Promise<void> {
    try {
      await successor?.discard();
    } catch (error) {
      this.#parts.logger.debug({ err: error }, 'the views in the making could not be dropped');
    }
  }

  #figures(): object {
    const tookMs = this.#parts.clock.nowMs() - this.#beganAtMs;
    return { events: this.#filler?.events ?? 0, rowsCompared: this.#rowsCompared, tookMs };
  }
}
