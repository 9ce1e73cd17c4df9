/**
 * The writing half of the projector: follows the log from the views' checkpoint, batch by batch, for ever.
 *
 *  L1 a batch's rows and its checkpoint are one write, so a projector that dies anywhere goes on where the views are.
 *  L2 no trouble outside ends it: without log or views it waits, tries again, and tells of the change, once. Another log
 *     in the place of ours is none: it ends it.
 *  L3 no event ends it: what cannot be read is told loudly and passed over.
 *  L4 what is held: one batch, one item besides, and what `Knowledge` bounds.
 *  L5 where several follow into one database, one writes; the others stand by, and one of them takes over.
 */
import { type EventLogReader, OtherLog } from '@action-do/event-store';
import type { Bus } from '@action-do/messaging';
import type { Peers } from '@action-do/service-kit';
import { ForeignViews, ViewsDamaged, ViewsInUse, ViewsTooNew } from '@action-do/views';
import { type Clock, type Log, pause, type ViewsPlace } from '../ports.js';
import { CatchUpProgress } from './catch-up-progress.js';
import { FollowedViews } from './followed-views.js';
import { FollowerCondition } from './follower-condition.js';
import { type Batch, inBatches } from './in-batches.js';
import { Knowledge } from './knowledge.js';
import { type Decision, Misfit } from './misfit.js';
import { placeToResume, ViewsDoNotFit } from './place-to-resume.js';
import { RecoveryHints } from './recovery-hints.js';
import { VIEWED_STREAM_PREFIXES } from './stream-prefixes.js';
import { writeBatch } from './write-batch.js';

const FIRST_RETRY_MS = 100;
/** Whatever was away is back in use within two seconds of its return. */
const RETRY_MS_MAX = 1_000;
/** How often one that stands by looks whether the one that writes is gone. */
const STAND_BY_MS = 1_000;
const HINTS_EVERY_MS = 1_000;
/** How often it is looked whether an executor has died, which costs a query in a table of a few rows. */
const DEATHS_EVERY_MS = 250;
/** Events for which the indexes take about a second to make. */
const LOG_LONG = 100_000n;

export interface FollowerParts {
  readonly log: EventLogReader;
  readonly views: ViewsPlace;
  readonly bus: Pick<Bus, 'publish'>;
  readonly clock: Clock;
  readonly logger: Log;
  /** Which executors are alive, null while that is not known; absent where there is one, in this very process. */
  readonly peers?: Pick<Peers, 'living'>;
  /** Where others may write the same views, it is not trouble that one does. */
  readonly standsBy?: boolean;
  /** Told whether the views are in its hands: it writes them, or waits for somebody to decide about them. */
  readonly onDuty?: (onDuty: boolean) => void;
}

export class LogFollower {
  readonly #parts: FollowerParts;
  readonly #knowledge: Knowledge;
  readonly #progress: CatchUpProgress;
  readonly #hints: RecoveryHints;
  readonly misfit = new Misfit();
  readonly condition: FollowerCondition;
  #followed: FollowedViews | null = null;
  /** Others are to take the place of views that do not fit; null when they did, or where nobody asked. */
  #replacing: Decision | null = null;
  #caughtUp = false;
  /** Since the views were opened: caught up, and seen by readers. */
  #served = false;
  #inTrouble = false;
  #isStandingBy = false;
  /** What was told of views that do not fit. */
  #misfitTold: string | null = null;
  #announceLive: () => void = () => undefined;
  /** Resolves when lists are answered from the views for the first time. */
  readonly live = new Promise<void>((resolve) => {
    this.#announceLive = resolve;
  });

  constructor(parts: FollowerParts) {
    const { log, bus, clock, logger } = parts;
    this.#parts = parts;
    this.#knowledge = new Knowledge(log);
    this.#progress = new CatchUpProgress(clock, logger);
    this.#hints = new RecoveryHints(bus, clock);
    this.condition = new FollowerCondition(clock.nowMs());
  }

  /** The views, while they are open and fit the log. */
  get followed(): FollowedViews | null {
    return this.#followed;
  }

  get eventsPerSecond(): number | null {
    return this.#progress.eventsPerSecond;
  }

  /** Follows until aborted. @throws ViewsTooNew  @throws OtherLog: its events must not be taken for those of ours */
  async run(signal: AbortSignal): Promise<void> {
    for (let retryMs = FIRST_RETRY_MS; !signal.aborted; retryMs = Math.min(retryMs * 2, RETRY_MS_MAX)) {
      try {
        await this.#followOnce(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (this.#parts.standsBy && error instanceof ViewsInUse) this.#standBy();
        else {
          this.condition.isInTrouble(this.#parts.clock.nowMs());
          if (!(await this.#startAgain(error, signal))) this.#tellTrouble(error, retryMs);
        }
      }
      if (this.#served) retryMs = FIRST_RETRY_MS;
      await pause(this.#parts.clock, this.#isStandingBy ? STAND_BY_MS : retryMs, signal);
    }
  }

  /** From opening the views until something goes wrong. */
  async #followOnce(outer: AbortSignal): Promise<void> {
    const { log, views: place, clock } = this.#parts;
    const writer = await place.openWriter({ anew: this.#replacing !== null });
    this.#takeOver();
    let views: FollowedViews | null = null;
    this.#served = false;
    try {
      const resume = await placeToResume(log, writer);
      const { after, head } = resume;
      views = new FollowedViews(writer, resume, outer);
      const { signal } = views;
      this.#followed = views;
      this.#parts.onDuty?.(true);
      this.#caughtUp = false;
      this.condition.hasCaughtUp(false);
      if (writer.live !== false) this.#announceLive();
      this.#knowledge.begin(await writer.actions());
      this.#progress.begin(after, head);
      views.keepOpenFor(this.#tellHints(views));
      const items = log.subscribe({ after, streamPrefixes: VIEWED_STREAM_PREFIXES, signal });
      for await (const batch of inBatches(items, clock)) {
        await this.#write(views, batch);
        this.condition.follows();
        if (batch.position >= head) await this.#goLive(views);
        this.#tellRecovery(views);
      }
      signal.throwIfAborted();
    } finally {
      this.#followed = null;
      this.#parts.onDuty?.(false);
      await (views ?? writer).close();
    }
  }

  #standBy(): void {
    if (this.#isStandingBy) return;
    this.#isStandingBy = true;
    this.condition.standsBy();
    this.#inTrouble = false;
    this.#parts.logger.info({}, 'another projector writes the views: standing by');
  }

  #takeOver(): void {
    if (!this.#isStandingBy) return;
    this.#isStandingBy = false;
    this.condition.takesOver(this.#parts.clock.nowMs());
    this.#parts.logger.info({}, 'the projector that wrote the views is gone: taking over');
  }

  async #write(views: FollowedViews, batch: Batch): Promise<void> {
    const { events, position } = batch;
    if (position <= views.position) return;
    const { logId } = this.#parts.log;
    const projected = await views.write(position, events.length, (writer) =>
      writeBatch(logId, writer, this.#knowledge, batch),
    );
    this.#progress.reached(position, events.length);
    for (const { event, why } of projected.passedOver) {
      const { streamId, revision, type } = event;
      this.#parts.logger.error(
        { stream: streamId, revision: String(revision), position: String(event.position), type, why },
        'an event cannot be projected: the audit shows it as it is, everything else passes over it',
      );
    }
  }

  async #goLive({ writer, events, position }: FollowedViews): Promise<void> {
    const { logger } = this.#parts;
    this.#caughtUp = true;
    if (writer.live === false && writer.goLive !== undefined) {
      if (position >= LOG_LONG) logger.info({}, 'the views are filled: making their indexes');
      const replaced = await writer.goLive();
      if (replaced) logger.info({}, 'the views that were built anew have taken the place of the old ones');
      else logger.debug({}, 'lists are answered from the views');
    }
    this.condition.hasCaughtUp(true);
    this.#served = true;
    this.#misfitTold = null;
    this.#announceLive();
    this.#replacing?.done(events);
    this.#replacing = null;
  }

  /** Until the views have caught up, what they call due was settled long ago. */
  async #tellHints(views: FollowedViews): Promise<void> {
    const { clock, logger, peers } = this.#parts;
    const { signal } = views;
    const everyMs = peers === undefined ? HINTS_EVERY_MS : DEATHS_EVERY_MS;
    for (let looks = 0; !signal.aborted; await pause(clock, everyMs, signal)) {
      if (!this.#caughtUp) continue;
      try {
        const living = peers?.living() ?? null;
        if (living !== null) await this.#hints.tellOfOrphans(views.writer, living);
        if (looks++ % (HINTS_EVERY_MS / everyMs) === 0) await this.#hints.tell(views.writer);
      } catch (error) {
        logger.debug({ err: error }, 'no recovery hints this time');
      }
    }
  }

  /** Views that are worth nothing are thrown away where nobody has to be asked; else somebody is asked. */
  async #startAgain(error: unknown, signal: AbortSignal): Promise<boolean> {
    if (error instanceof ViewsTooNew || error instanceof OtherLog) throw error;
    const worthless =
      error instanceof ViewsDoNotFit || error instanceof ForeignViews || error instanceof ViewsDamaged;
    if (!worthless) return false;
    const { logger, views } = this.#parts;
    const reason = error.message;
    if (views.startAgain === undefined) {
      await this.#waitForDecision(reason, signal);
      return true;
    }
    logger.warn({ reason }, 'the views are thrown away and built anew from the log');
    await views.startAgain();
    return true;
  }

  /** One that stands by looks again now and then: others may decide, and take the views into their hands. */
  async #waitForDecision(reason: string, signal: AbortSignal): Promise<void> {
    const { logger, standsBy, clock, onDuty } = this.#parts;
    this.#replacing?.failed(reason);
    if (reason !== this.#misfitTold)
      logger.error({ reason }, 'the views are of no use: `ado views rebuild` builds others in their place');
    this.#misfitTold = reason;
    const enough = new AbortController();
    const callOff = standsBy ? clock.after(STAND_BY_MS, () => enough.abort()) : (): void => undefined;
    onDuty?.(true);
    this.condition.isUndecided(clock.nowMs());
    this.#replacing = await this.misfit.wait(reason, AbortSignal.any([signal, enough.signal]));
    callOff();
    if (this.#replacing === null) onDuty?.(false);
  }

  #tellTrouble(error: unknown, retryMs: number): void {
    const { logger } = this.#parts;
    if (this.#inTrouble) logger.debug({ err: error, retryMs }, 'the views still do not follow the log');
    else logger.warn({ err: error, retryMs }, 'the views do not follow the log at present: trying again');
    this.#inTrouble = true;
  }

  #tellRecovery({ position }: FollowedViews): void {
    if (!this.#inTrouble) return;
    this.#inTrouble = false;
    this.#parts.logger.info({ position: String(position) }, 'the views follow the log again');
  }
}
