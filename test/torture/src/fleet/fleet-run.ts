import { setTimeout as delay } from 'node:timers/promises';
import { openEventStore } from '@action-do/event-store';
import { type Random, seededRandom, until } from '@action-do/test-support';
import { SETTLED_MS } from '../history/check-answers.js';
import type { Call, Fault, Violation } from '../history/history.js';
import { goesOnWithinMs } from '../history/recovery.js';
import { viewsCaughtUp } from '../projector/views-caught-up.js';
import { Callers } from './callers.js';
import { type FleetModeName, PLANS } from './fault-plan.js';
import type { Fleet } from './fleet.js';
import type { Journal } from './journal.js';
import { STRIKES, type Struck } from './strike.js';
import { waitUntilSettled } from './wait-until-settled.js';

/** Behind this the fleet has not recovered: the run says so, and goes on. */
const HEALED_WITHIN_MS = 30_000;
const LOOKED_AFTER_WITHIN_MS = 10_000;
/** In which there is load, and not only recovery. */
const BETWEEN_MS = { min: 200, max: 1_000 };
const FIRST_MS = 1_500;
/** What was answered with its outcome is asked for again in so many cases; what was not, always. */
const REPEATED_SHARE = 0.1;
/** For what is left open when the faults are over: backoffs, a pause's last attempt, a lease or two. */
const SETTLED_WITHIN_MS = 60_000;
const VIEWS_WITHIN_MS = 30_000;

export interface Bounds {
  /** Faults of the kind that the mode is about; 0 = no such bound. */
  readonly faults: number;
  /** Executions that somebody was told of; 0 = no such bound. */
  readonly actions: number;
  /** Undefined where it is over when the others are reached. */
  readonly minutes: number | undefined;
}

export interface FleetRunOptions {
  readonly mode: FleetModeName;
  readonly seed: number;
  readonly callers: number;
  readonly leaseMs: number;
  readonly bounds: Bounds;
  readonly say: (line: string) => void;
}

/** Strikes a fleet under load, one fault after the other, each time when it has recovered from the last. */
export class FleetRun {
  readonly faults: Fault[] = [];
  readonly violations: Violation[] = [];
  readonly callers: Callers;
  private readonly random: Random;
  private readonly begunMs = performance.now();

  constructor(
    private readonly options: FleetRunOptions,
    private readonly fleet: Fleet,
    private readonly journal: Journal,
  ) {
    this.random = seededRandom(options.seed);
    this.callers = new Callers(fleet.gateways, options.seed + 1, options.callers);
  }

  /** Resolves when everybody was answered, nothing is left open, and the views tell of it; or for too long. */
  async run(): Promise<void> {
    const { callers, bounds } = this.options;
    try {
      await this.underFaults(callers, bounds);
      await this.callers.repeat(this.toRepeat(), callers);
    } finally {
      await this.callers.close();
    }
    const store = await openEventStore(this.fleet.services.stack.eventStore);
    try {
      await waitUntilSettled(store, SETTLED_WITHIN_MS);
      await viewsCaughtUp(store, this.fleet.viewsUrl, VIEWS_WITHIN_MS).catch((error: unknown) =>
        this.violate({ kind: 'stuck', work: '', what: `the views: ${error}` }),
      );
    } finally {
      await store.close();
    }
  }

  /** Of the mode's own kind; of the one that mixes, all. */
  get struck(): number {
    const { mode } = this.options;
    return mode === 'all' ? this.faults.length : this.faults.filter(({ kind }) => kind === mode).length;
  }

  private isEnough({ faults, actions, minutes }: Bounds): boolean {
    const isOver = minutes !== undefined && performance.now() - this.begunMs > minutes * 60_000;
    const isCounted = faults > 0 || actions > 0;
    return isOver || (isCounted && this.struck >= faults && this.callers.told >= actions);
  }

  private async underFaults(callers: number, bounds: Bounds): Promise<void> {
    const calling = this.callers.callUntilStopped(callers);
    try {
      await delay(FIRST_MS);
      // All callers at once came upon processes that had done nothing yet: that is a load of its own, and no fault.
      await this.goesOn('the load began', Date.now(), () => true);
      while (!this.isEnough(bounds)) await this.fault();
    } finally {
      this.callers.stop();
      await calling;
    }
  }

  private async fault(): Promise<void> {
    const { mode, leaseMs, say } = this.options;
    const { fleet, random } = this;
    const kind = PLANS[mode](this.faults.length, random);
    if (kind === 'term') await delay(this.unsettledMs);
    const { broken, ...struck } = await STRIKES[kind]({ fleet, random, leaseMs });
    await this.healed(kind, struck);
    // Or kills follow each other faster than anything can come to its end.
    if (kind === 'everything') await this.lookedAfter(struck);
    const fault: Fault = { kind, ...struck, healedAtMs: Date.now() };
    this.faults.push(fault);
    for (const what of broken) this.violate({ kind: 'failed', work: '', what });
    await this.mendTheDead();
    this.journal.note('fault', { number: this.faults.length, ...fault });
    const victims = fault.victims.length > 2 ? 'everything' : fault.victims.map(({ name }) => name).join();
    say(
      `${this.faults.length}. ${kind} ${victims}: away ${fault.untilMs - fault.fromMs} ms, healed after ` +
        `${fault.healedAtMs - fault.untilMs} ms; ${this.callers.told} executions, ${this.violations.length} violations`,
    );
    await delay(BETWEEN_MS.min + random() * (BETWEEN_MS.max - BETWEEN_MS.min));
  }

  /** For so long a request that fails may still have failed by another fault than a stop in order. */
  private get unsettledMs(): number {
    const others = this.faults.filter(({ kind }) => kind !== 'term');
    return Math.max(0, (others.at(-1)?.healedAtMs ?? 0) + SETTLED_MS + 1 - Date.now());
  }

  /** Every gateway gives results of what is begun now, and what the dead held was taken over, or should have been. */
  private async healed(kind: Fault['kind'], { fromMs, untilMs }: Omit<Struck, 'broken'>): Promise<void> {
    const { leaseMs } = this.options;
    const takenOverMs = (kind === 'everything' ? untilMs : fromMs) + goesOnWithinMs(leaseMs);
    const waitsForLease = kind !== 'bus' && kind !== 'store' && kind !== 'term';
    await this.goesOn(kind, untilMs, () => !waitsForLease || Date.now() > takenOverMs);
  }

  /** Every gateway gives results of what was begun after that. @param what is told to have gone before  @param too holds as well */
  private async goesOn(what: string, sinceMs: number, too: () => boolean): Promise<void> {
    const served = (): boolean => this.callers.servedMs.every((atMs) => atMs > sinceMs);
    await until(`the fleet goes on after ${what}`, () => served() && too(), HEALED_WITHIN_MS).catch(() =>
      this.violate({
        kind: 'stuck',
        work: '',
        what: `${HEALED_WITHIN_MS} ms after ${what} not every gateway gave a result of something new`,
      }),
    );
  }

  /** All who had asked before have their answer; nobody is waited for for ever, that is for the checks. */
  private async lookedAfter({ fromMs }: Omit<Struck, 'broken'>): Promise<void> {
    const answered = (): boolean => !this.callers.waitSince(fromMs);
    await until('those who asked before are answered', answered, LOOKED_AFTER_WITHIN_MS).catch(
      () => undefined,
    );
  }

  /** Nobody but us may end a service. */
  private async mendTheDead(): Promise<void> {
    for (const member of this.fleet.members()) {
      if (!member.ended) continue;
      const what = `${member.name} (${member.pid}) ended by itself: ${member.words.slice(-2_000)}`;
      this.violate({ kind: 'died', work: '', what });
      await member.start();
    }
  }

  private violate(violation: Violation): void {
    this.violations.push(violation);
    this.journal.note('violation', violation);
  }

  /** One call of each piece of work whose outcome nobody knows, and of some of the others. */
  private toRepeat(): Call[] {
    const known = (one: Call): boolean => one.end === 'result' || one.end === 'failure';
    const byWork = new Map<string, Call>();
    for (const one of this.callers.calls)
      if (!known(byWork.get(one.work.id) ?? one) || !byWork.has(one.work.id)) byWork.set(one.work.id, one);
    return [...byWork.values()].filter((one) => !known(one) || this.random() < REPEATED_SHARE);
  }
}
