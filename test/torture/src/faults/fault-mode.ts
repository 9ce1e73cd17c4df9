import { setTimeout as delay } from 'node:timers/promises';
import { type LedgerLine, type Random, seededRandom } from '@action-do/test-support';
import { Do } from '@do-sdk/core';
import { CALL_TIMEOUT_MS, Callers, repeatAll } from '../kill/callers.js';
import { checkLog } from '../kill/check-log.js';
import type { Testimony } from '../kill/witness.js';
import { PlatformOnNats } from '../platform-on-nats.js';
import { recordedActions } from '../recorded-actions.js';
import type { TortureMode, TortureOptions, TortureReport } from '../torture-mode.js';
import { checkTestimonies } from './check-testimonies.js';

const CALLERS = 32;
const BEFORE_MS = { min: 50, max: 1_200 };
const AFTER_MS_MAX = 400;

/** What is done to a platform on NATS in each round, while callers call. */
export interface Fault {
  readonly about: string;
  readonly roundsDefault: number;
  /** Breaks something and mends it. */
  readonly strike: (system: PlatformOnNats, random: Random) => Promise<void>;
  /** Whether unsafe work may end as unknown: only where whoever performed it is gone. */
  readonly mayBeUnknown: boolean;
}

export const faultMode = (fault: Fault): TortureMode => ({
  about: fault.about,
  unit: 'rounds',
  roundsDefault: fault.roundsDefault,
  run: async (options) => {
    const system = new PlatformOnNats();
    try {
      await system.start();
      return await new FaultRun(options, fault, system).report();
    } finally {
      await system.end();
    }
  },
});

class FaultRun {
  private readonly random: Random;
  private readonly heard: Testimony[] = [];
  private readonly violations: string[] = [];

  constructor(
    private readonly options: TortureOptions,
    private readonly fault: Fault,
    private readonly system: PlatformOnNats,
  ) {
    this.random = seededRandom(options.seed);
  }

  async report(): Promise<TortureReport> {
    const { rounds, say } = this.options;
    const { platform } = this.system;
    const begunMs = performance.now();
    for (let round = 1; round <= rounds; round += 1) {
      const broken = await this.round(round);
      this.violations.push(...broken.map((what) => `round ${round}: ${what}`));
      say(
        `round ${round} of ${rounds}: ${this.heard.length} calls so far, ${this.violations.length} violations`,
      );
    }
    if (platform.ended()) this.violations.push(`the platform ended: ${platform.stderr()}`);
    const code = await platform.stop();
    if (code !== 0) this.violations.push(`the last stop ended with exit code ${code}`);
    const told = new Set(
      this.heard.flatMap(({ told: { executionId } }) => (executionId === '' ? [] : [executionId])),
    );
    const log = await checkLog(recordedActions(this.system.logFolder), told);
    this.violations.push(...log.broken);
    return { figures: this.figures(told.size, log.executions, begunMs), violations: this.violations };
  }

  private async round(round: number): Promise<string[]> {
    const { seed } = this.options;
    const { platform } = this.system;
    const client = new Do(platform.apiKey, { baseUrl: platform.url });
    const callers = new Callers(client, `f${seed}-${round}`, seed + round);
    const calling = callers.callUntilStopped(CALLERS);
    await delay(BEFORE_MS.min + this.random() * (BEFORE_MS.max - BEFORE_MS.min));
    await this.fault.strike(this.system, this.random);
    await delay(this.random() * AFTER_MS_MAX);
    callers.stop();
    const calls = await calling;
    const repeats = await repeatAll(client, calls, CALLERS);
    const all = [...calls, ...repeats];
    this.heard.push(...all);
    return checkTestimonies(all, this.effects(), {
      timeoutMs: CALL_TIMEOUT_MS,
      mayBeUnknown: this.fault.mayBeUnknown,
    });
  }

  private effects(): ReadonlyMap<string, readonly LedgerLine[]> {
    const lines = new Map<string, LedgerLine[]>();
    for (const line of this.system.ledger()) {
      const same = lines.get(line.id);
      if (same === undefined) lines.set(line.id, [line]);
      else same.push(line);
    }
    return lines;
  }

  private figures(told: number, executions: number, begunMs: number): Record<string, string | number> {
    const unknown = this.heard.filter(({ told }) => told.kind === 'error' && told.code === 'OUTCOME_UNKNOWN');
    const unavailable = this.heard.filter(
      ({ told }) => told.kind === 'error' && told.code !== 'OUTCOME_UNKNOWN',
    );
    const again = [...this.effects().values()].filter((lines) => lines.length > 1).length;
    const slowest = this.heard.reduce(
      (most, { begunAtMs, toldAtMs }) => Math.max(most, toldAtMs - begunAtMs),
      0,
    );
    return {
      'concurrent callers': CALLERS,
      calls: this.heard.length,
      'executions told of': told,
      'executions in the log': executions,
      'unsafe ones told as unknown': new Set(unknown.map(({ work }) => work.id)).size,
      'calls told to come again': unavailable.length,
      'works whose handler was called again': again,
      'slowest call, ms': Math.round(slowest),
      'seconds in all': Math.round((performance.now() - begunMs) / 1_000),
    };
  }
}
