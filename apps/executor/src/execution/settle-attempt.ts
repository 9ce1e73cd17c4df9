import type { ActionEvent, ActionEventData } from '@action-do/contracts';
import {
  type AttemptOutcome,
  decideProbed,
  decideSettle,
  type ProbeAnswer,
  type SettleAttempt,
} from '@action-do/domain';
import { StoreUnavailable, StreamConflict } from '@action-do/event-store';
import { type Chance, type Clock, type Log, pause } from '../ports.js';
import type { ActionLookup } from '../registry/look-up-action.js';
import type { Closing } from './closing.js';
import type { ExecutionLog, Loaded } from './execution-log.js';
import type { Requester } from './execution-record.js';
import { logOutcome } from './log-outcome.js';
import { type Attempt, runProbe } from './run-attempt.js';

/** How often somebody else may come first before something must be wrong. */
const CONFLICTS_MAX = 8;
const RETRY_MS_MAX = 5_000;

/** The attempt that came to an end; without `action` where this executor cannot perform it and so cannot probe it. */
export type SettledAttempt = Omit<Attempt, 'action'> & { readonly action?: Attempt['action'] };

export interface Appended {
  readonly loaded: Loaded;
  /** Empty where there was nothing (left) to write. */
  readonly events: readonly ActionEvent[];
}

type Decide = (loaded: Loaded) => Promise<readonly ActionEvent[]>;

/** Records what an attempt came to, deciding again whenever somebody else wrote first. */
export class AttemptSettler {
  constructor(
    private readonly log: ExecutionLog,
    private readonly lookup: Pick<ActionLookup, 'findKnown'>,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly logger: Log,
    private readonly closing: Closing,
  ) {}

  /**
   * @param from the stream as last seen
   * @returns the stream after it: closed, parked, waiting for the next attempt, or gone its own way meanwhile
   */
  async settle(
    from: Loaded,
    attempt: SettledAttempt,
    outcome: AttemptOutcome,
    requester: Requester,
  ): Promise<Loaded> {
    const command = (): SettleAttempt => ({
      generation: attempt.request.generation,
      attempt: attempt.attempt,
      outcome,
      nowMs: this.clock.nowMs(),
      random: this.chance.random(),
    });
    const decide: Decide = async (loaded) => {
      const decision = decideSettle(loaded.state, command());
      if (decision.kind === 'append') return decision.events;
      const answer = await this.probe(loaded, attempt);
      return decideProbed(loaded.state, { ...command(), answer });
    };
    const { loaded } = await this.append(from, requester, decide, attempt.request);
    return loaded;
  }

  /** Where it is performed elsewhere, as that stands now: the attempt may have outlived the secret it was made with. */
  private async probe({ tenant }: Loaded, { action, ...attempt }: SettledAttempt): Promise<ProbeAnswer> {
    if (action === undefined) return { state: 'unknown' };
    const { name, version, performer } = action;
    const now = performer.elsewhere && (await this.lookup.findKnown(tenant, name, version).catch(() => null));
    return runProbe({ ...attempt, action: now ?? action }, this.clock, this.logger);
  }

  /**
   * Appends what `decide` says of the newest state, and says what that was in the end. Goes on until the store has
   * answered: what an attempt came to is known only here, and must not be dropped because the store is away.
   * @param about the request of the attempt, where a newer generation may have begun since
   */
  async append(
    from: Loaded,
    requester: Requester,
    decide: Decide,
    about?: ActionEventData<'ActionRequested'>,
  ): Promise<Appended> {
    let loaded = from;
    let conflicts = 0;
    for (let failures = 0; ; ) {
      try {
        const events = await decide(loaded);
        const after = await this.log.append(loaded, events, requester, 'until-known', about);
        logOutcome(this.logger, after, events);
        return { loaded: after, events };
      } catch (error) {
        if (error instanceof StreamConflict) {
          if (++conflicts > CONFLICTS_MAX) throw error;
        } else await this.waitForStore(error, ++failures);
        loaded = await this.reload(loaded, failures);
      }
    }
  }

  /** The stream as it is now, as soon as the store says it. @throws StoreUnavailable this executor has stopped */
  async reload(loaded: Loaded, failuresBefore = 0): Promise<Loaded> {
    for (let failures = failuresBefore; ; ) {
      try {
        return await this.log.load(loaded.tenant, loaded.scope);
      } catch (error) {
        await this.waitForStore(error, ++failures);
      }
    }
  }

  /** Goes on to wait for a store that is away; anything else, or the end of this executor, ends the try. */
  private async waitForStore(error: unknown, failures: number): Promise<void> {
    if (!(error instanceof StoreUnavailable) || this.closing.ended) throw error;
    this.logger.warn({ err: error, failures }, 'the event store does not take an outcome; trying again');
    await pause(this.clock, Math.min(RETRY_MS_MAX, 100 * 2 ** failures));
  }
}
