import { setTimeout as delay } from 'node:timers/promises';
import { freePort, type Random, seededRandom, temporaryFolder } from '@action-do/test-support';
import { recordedActions } from '../recorded-actions.js';
import type { TortureMode, TortureOptions, TortureReport } from '../torture-mode.js';
import { CALL_TIMEOUT_MS, Callers, repeatAll } from './callers.js';
import { checkLog } from './check-log.js';
import { checkRound } from './check-round.js';
import { KilledPlatform } from './killed-platform.js';
import type { Testimony } from './witness.js';

const CALLERS = 32;
/** Mostly soon; else late enough that the platform has noted, once or twice, what it has open. */
const SOON_MS = { min: 20, max: 600 };
const LATE_MS = { min: 1_000, max: 2_500 };
const LATE_SHARE = 0.3;
/** Sometimes it is killed again while it recovers. */
const TWICE_SHARE = 0.2;
const TWICE_AFTER_MS_MAX = 60;
/** Calls of all rounds that are repeated once more at the very end. */
const LAST_REPEATS = 500;

/** kill -9 at a random moment under callers who then repeat every call; again and again on the same folder. */
export const standaloneKill: TortureMode = {
  about: 'kill -9 at random moments under 32 concurrent callers who then repeat their calls',
  unit: 'rounds',
  roundsDefault: 50,
  run: async (options) => {
    const folder = temporaryFolder('action-do-kill');
    const platform = new KilledPlatform(folder.path, await freePort());
    try {
      await platform.start();
      return await new KillRun(options, platform).report();
    } finally {
      await platform.end();
      folder.remove();
    }
  },
};

class KillRun {
  private readonly random: Random;
  private readonly heard: Testimony[] = [];
  private readonly violations: string[] = [];

  constructor(
    private readonly options: TortureOptions,
    private readonly platform: KilledPlatform,
  ) {
    this.random = seededRandom(options.seed);
  }

  async report(): Promise<TortureReport> {
    const { rounds, say } = this.options;
    const begunMs = performance.now();
    for (let round = 1; round <= rounds; round++) {
      const { calls, broken } = await this.round(round);
      this.violations.push(...broken.map((what) => `round ${round}: ${what}`));
      say(`round ${round} of ${rounds}: ${calls} calls, ${this.violations.length} violations`);
    }
    await this.repeatSome();
    const code = await this.platform.stop();
    if (code !== 0) this.violations.push(`the last stop ended with exit code ${code}`);
    const told = new Set(this.heard.map(({ told: { executionId } }) => executionId));
    const log = await checkLog(recordedActions(this.platform.logFolder), told);
    this.violations.push(...log.broken);
    return { figures: this.figures(told.size, log.executions, begunMs), violations: this.violations };
  }

  private async round(round: number): Promise<{ calls: number; broken: string[] }> {
    const { seed } = this.options;
    const client = this.platform.client();
    const callers = new Callers(client, `k${seed}-${round}`, seed + round);
    const calling = callers.callUntilStopped(CALLERS);
    const when = this.random() < LATE_SHARE ? LATE_MS : SOON_MS;
    await delay(when.min + this.random() * (when.max - when.min));
    const killedAtMs = performance.now();
    callers.stop();
    await this.platform.killAndStart();
    if (this.random() < TWICE_SHARE) {
      await delay(this.random() * TWICE_AFTER_MS_MAX);
      await this.platform.killAndStart();
    }
    const calls = await calling;
    const readyAtMs = performance.now();
    const repeats = await repeatAll(client, calls, CALLERS);
    this.heard.push(...calls, ...repeats);
    const history = { killedAtMs, readyAtMs, timeoutMs: CALL_TIMEOUT_MS, calls, repeats };
    return { calls: calls.length + repeats.length, broken: checkRound(history, this.platform.effects()) };
  }

  /** What was acknowledged long ago must not have gone in the meantime. */
  private async repeatSome(): Promise<void> {
    const results = this.heard.filter(({ told }) => told.kind === 'result');
    const chosen = Array.from({ length: Math.min(LAST_REPEATS, results.length) }, () => {
      const one = results[Math.floor(this.random() * results.length)];
      return one === undefined ? [] : [one];
    }).flat();
    const repeats = await repeatAll(this.platform.client(), chosen, CALLERS);
    const told = new Map(chosen.map(({ work, told }) => [work.id, told]));
    for (const repeat of repeats) {
      const first = told.get(repeat.work.id);
      const same =
        first?.kind === 'result' && repeat.told.kind === 'result' && first.result === repeat.told.result;
      if (!same)
        this.violations.push(`${repeat.work.id} had a result and now ${JSON.stringify(repeat.told)}`);
    }
  }

  private figures(told: number, executions: number, begunMs: number): Record<string, string | number> {
    const unknown = this.heard.filter(({ told }) => told.kind === 'error' && told.code === 'OUTCOME_UNKNOWN');
    const { ledger, mails } = this.platform.effects();
    const handlerCalls = [...ledger.values()].map((lines) => lines.length);
    const slowest = this.heard.reduce(
      (most, { begunAtMs, toldAtMs }) => Math.max(most, toldAtMs - begunAtMs),
      0,
    );
    return {
      kills: this.platform.kills,
      'concurrent callers': CALLERS,
      calls: this.heard.length,
      'executions told of': told,
      'executions in the log': executions,
      'unsafe ones told as unknown': new Set(unknown.map(({ work }) => work.id)).size,
      'handler calls in the ledger': handlerCalls.reduce((sum, count) => sum + count, 0),
      'works whose handler was called again': handlerCalls.filter((count) => count > 1).length,
      mails: mails.size,
      'slowest call, ms': Math.round(slowest),
      'seconds in all': Math.round((performance.now() - begunMs) / 1_000),
    };
  }
}
