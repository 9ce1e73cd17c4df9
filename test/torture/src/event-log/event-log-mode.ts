import { setTimeout as delay } from 'node:timers/promises';
import { type EventStore, openEventStore } from '@action-do/event-store';
import { type Random, seededRandom, until } from '@action-do/test-support';
import { checkLog } from '../kill/check-log.js';
import { checkViews } from '../projector/check-views.js';
import { viewsCaughtUp } from '../projector/views-caught-up.js';
import { recordedActions } from '../recorded-actions.js';
import type { TortureMode, TortureOptions, TortureReport } from '../torture-mode.js';
import { Allowances } from './allowances.js';
import { checkOutcomes } from './check-outcomes.js';
import { behindWaitOf, checkStorm } from './check-storm.js';
import { PROMISED } from './promised.js';
import { type Away, recoveredAfterMs } from './recovery.js';
import { appendInSilence, connect } from './silent-appends.js';
import { Stalls } from './stalls.js';
import type { Heard } from './storm-call.js';
import { StormCallers } from './storm-callers.js';
import { StormyStack } from './stormy-stack.js';

const CALLERS = 64;
const BEFORE_MS = { min: 300, max: 1_500 };
const AWAY_MS_MAX = 1_500;
/** Longer than the services wait for an append. */
const FROZEN_MS = { min: 3_300, max: 4_500 };
/** In every third round, beginning with the first, it is frozen before it is killed. */
const FROZEN_EVERY = 3;
/** Behind it nobody waits any longer: the run has failed, and goes on to say what with. */
const GIVEN_UP_MS = 15_000;
const VIEWS_WITHIN_MS = 60_000;

/**
 * kill -9 and SIGSTOP of the event log's server under load, with all that stands on it left alone.
 * What a caller sees of an answer may be longer by what the callers' process stood still during that call: it is the
 * gateway that promises, by its own clock.
 * @param amongOthers the machine does other work: the promised times are lengthened (`Allowances`)
 */
export const eventLogMode = (amongOthers: boolean): TortureMode => ({
  about: 'kill -9 of the event-log server under 64 callers of two gateways; every third round it hangs first',
  unit: 'kills',
  roundsDefault: 10,
  run: async (options) => {
    const system = new StormyStack();
    const stalls = new Stalls();
    try {
      await system.start();
      return await new StormRun(options, system, stalls, new Allowances(stalls, amongOthers)).report();
    } finally {
      stalls.end();
      await system.end();
    }
  },
});

export const eventLog = eventLogMode(false);

class StormRun {
  private readonly random: Random;
  private readonly heard: Heard[] = [];
  private readonly violations: string[] = [];
  private readonly recoveriesMs = { killed: [] as number[], frozen: [] as number[] };
  private readonly silentMs: number[] = [];
  private kills = 0;
  private freezes = 0;
  private unknownInSilence = 0;
  private longestStallMs = 0;

  constructor(
    private readonly options: TortureOptions,
    private readonly system: StormyStack,
    private readonly stalls: Stalls,
    private readonly allowed: Allowances,
  ) {
    this.random = seededRandom(options.seed);
  }

  async report(): Promise<TortureReport> {
    const { rounds, say } = this.options;
    const begunMs = performance.now();
    const { eventStore, databaseUrl } = this.system.services.stack;
    const gateways = this.system.gateways.urls.length;
    const store = await openEventStore(eventStore);
    let viewsLagMs: number;
    try {
      for (let round = 1; round <= rounds; round += 1) {
        await this.round(round, store);
        say(
          `round ${round} of ${rounds}: ${this.heard.length} calls so far, recovered after ` +
            `${Math.round(Math.max(...this.recoveriesMs.killed.slice(-gateways)))} ms, ${this.violations.length} violations`,
        );
      }
      viewsLagMs = await this.viewsCaughtUp(store, databaseUrl);
    } finally {
      await store.close();
    }
    this.violations.push(...this.system.ended());
    await this.system.services
      .stop()
      .catch((error: unknown) => this.violations.push(`the last stop: ${error}`));
    return this.judge(databaseUrl, begunMs, viewsLagMs);
  }

  private async round(round: number, store: EventStore): Promise<void> {
    const name = `${this.options.seed}-${round}`;
    this.stalls.forget();
    const freezes = round % FROZEN_EVERY === 1;
    // Before there are callers, who on a busy machine leave no time for it.
    if (freezes) await connect(store, name);
    const callers = new StormCallers(this.system.gateways, `s${name}`, this.options.seed + round);
    const calling = callers.callUntilStopped(CALLERS);
    await delay(BEFORE_MS.min + this.random() * (BEFORE_MS.max - BEFORE_MS.min));
    if (freezes) await this.freeze(name, callers, store);
    await this.kill(callers);
    callers.stop();
    await calling;
    const repeats = await callers.repeatAll(CALLERS);
    const storm = { heard: callers.heard, repeats, ledger: this.system.ledger() };
    this.violate(
      round,
      checkStorm(storm, (call) =>
        this.allowed.ms('answer', { fromMs: call.begunAtMs, untilMs: call.endedAtMs }),
      ),
    );
    this.longestStallMs = Math.max(this.longestStallMs, this.stalls.longestMs);
    this.heard.push(...callers.heard);
  }

  private async kill(callers: StormCallers): Promise<void> {
    const fromMs = performance.now();
    await this.system.killLog();
    await delay(this.random() * AWAY_MS_MAX);
    await this.system.startLog();
    this.kills += 1;
    await this.recovered(callers, 'killed', { fromMs, untilMs: performance.now() });
  }

  private async freeze(name: string, callers: StormCallers, store: EventStore): Promise<void> {
    const fromMs = performance.now();
    this.system.freezeLog();
    const appending = appendInSilence(store, name, (measured) => this.allowed.ms('append', measured));
    await delay(FROZEN_MS.min + this.random() * (FROZEN_MS.max - FROZEN_MS.min));
    const silent = await appending;
    this.system.thawLog();
    this.freezes += 1;
    await this.recovered(callers, 'frozen', { fromMs, untilMs: performance.now() });
    this.silentMs.push(silent.slowestMs);
    this.unknownInSilence += silent.unknown;
    this.violations.push(...silent.broken, ...(await silent.truth()));
  }

  private async recovered(callers: StormCallers, what: 'killed' | 'frozen', away: Away): Promise<void> {
    const times = () => recoveredAfterMs(callers.heard, this.system.gateways.urls.length, away);
    const all = () => times().every((ms) => ms !== null);
    await until('every gateway has a success', all, GIVEN_UP_MS).catch(() => undefined);
    for (const [gateway, ms] of times().entries()) {
      const tookMs = ms ?? GIVEN_UP_MS;
      this.recoveriesMs[what].push(tookMs);
      const span = { fromMs: away.untilMs, untilMs: away.untilMs + tookMs };
      if (ms === null || ms > PROMISED.recoveredMs + this.allowed.ms('recovery', span))
        this.violations.push(
          `gateway ${gateway + 1} had its first success ${ms ?? `over ${GIVEN_UP_MS}`} ms after the log was ${what}`,
        );
    }
  }

  /** @returns how long after the last answer. Milliseconds */
  private async viewsCaughtUp(log: EventStore, databaseUrl: string): Promise<number> {
    const begunMs = performance.now();
    await viewsCaughtUp(log, databaseUrl, VIEWS_WITHIN_MS).catch((error: unknown) =>
      this.violations.push(`the views: ${error}`),
    );
    return performance.now() - begunMs;
  }

  private async judge(databaseUrl: string, begunMs: number, viewsLagMs: number): Promise<TortureReport> {
    const { logFolder } = this.system;
    const told = new Set(this.heard.flatMap(({ executionId }) => (executionId === '' ? [] : [executionId])));
    const log = await checkLog(recordedActions(logFolder), told);
    const outcomes = await checkOutcomes(recordedActions(logFolder), this.heard);
    const views = await checkViews(
      { logFolder, viewsUrl: databaseUrl, referenceUrl: this.system.newDatabase() },
      0n,
    );
    this.violations.push(...log.broken, ...outcomes.broken, ...views.broken);
    const answered = (status: number) => this.heard.filter((call) => call.status === status).length;
    const most = (msOf: (call: Heard) => number): number =>
      Math.round(this.heard.reduce((ms, call) => Math.max(ms, msOf(call)), Number.NEGATIVE_INFINITY));
    return {
      figures: {
        kills: this.kills,
        'times it hung': this.freezes,
        'concurrent callers': CALLERS,
        calls: this.heard.length,
        'answered with the outcome': answered(200),
        'answered as accepted': answered(202),
        'told to come again': answered(503),
        'executions told of': told.size,
        'executions in the log': log.executions,
        'outcomes acknowledged': outcomes.acknowledged,
        'handler calls in the ledger': [...this.system.ledger().values()].reduce(
          (sum, lines) => sum + lines.length,
          0,
        ),
        'first success after its ready line, slowest, ms': Math.round(Math.max(...this.recoveriesMs.killed)),
        'slowest call, ms': most(({ begunAtMs, endedAtMs }) => endedAtMs - begunAtMs),
        'latest answer behind its wait, ms': most(behindWaitOf),
        'this process stood still, longest, ms': Math.round(this.longestStallMs),
        ...(this.freezes > 0 && {
          'first success after SIGCONT, slowest, ms': Math.round(Math.max(...this.recoveriesMs.frozen)),
          'slowest append to a silent log, ms': Math.round(Math.max(...this.silentMs)),
          'of those appends unknown': this.unknownInSilence,
        }),
        'views caught up after, ms': Math.round(viewsLagMs),
        'rows of the views compared': views.rowsCompared,
        'seconds in all': Math.round((performance.now() - begunMs) / 1_000),
      },
      violations: this.violations,
    };
  }

  private violate(round: number, broken: readonly string[]): void {
    this.violations.push(...broken.map((what) => `round ${round}: ${what}`));
  }
}
