import { type Random, seededRandom } from '@action-do/test-support';
import type { Answer, Call, Work } from '../history/history.js';
import { inParallel } from '../in-parallel.js';
import { type Caller, call } from './caller.js';
import { GatewayClient } from './gateway-client.js';
import { Readiness } from './readiness.js';
import { pick, Works } from './works.js';

/**
 * Short ones are over before what a fault has stopped goes on. Whoever asked an executor that dies waits for all of its
 * wait, and callers that only wait are no load.
 */
const WAIT_SECONDS = [1, 2, 3, 5, 20];
const ASYNC_SHARE = 0.15;

/** Callers at all gateways, who ask for one piece of work after the other until they are told to stop. */
export class Callers {
  readonly calls: Call[] = [];
  /** When the latest execution was begun that each gateway told the result of. Milliseconds since the Unix epoch. */
  readonly servedMs: number[];
  private readonly caller: Caller;
  private readonly random: Random;
  private readonly works: Works;
  private readonly readiness: Readiness;
  private readonly executions = new Set<string>();
  /** When the calls were begun that are under way. */
  private readonly underWay = new Set<{ readonly begunAtMs: number }>();
  private stopped = false;

  constructor(
    gateways: { readonly urls: readonly string[]; readonly apiKey: string },
    seed: number,
    count: number,
  ) {
    this.random = seededRandom(seed);
    this.works = new Works(`t${seed}`, this.random);
    this.servedMs = gateways.urls.map(() => 0);
    const clients = gateways.urls.map((url) => new GatewayClient(url, count));
    this.readiness = new Readiness(gateways.urls);
    this.readiness.start();
    const choose = (): number => this.readiness.choose(this.random);
    this.caller = { clients, apiKey: gateways.apiKey, random: this.random, choose };
  }

  /** Executions that somebody was told of. */
  get told(): number {
    return this.executions.size;
  }

  /** Whether somebody waits who began before this. Milliseconds since the Unix epoch */
  waitSince(ms: number): boolean {
    return [...this.underWay].some(({ begunAtMs }) => begunAtMs < ms);
  }

  /** Ends when all have the outcome of their last call. */
  async callUntilStopped(count: number): Promise<void> {
    const one = async (): Promise<void> => {
      while (!this.stopped) {
        const isAsync = this.random() < ASYNC_SHARE;
        await this.call(this.works.next(), { isAsync, waitSeconds: pick(WAIT_SECONDS, this.random) });
      }
    };
    await Promise.all(Array.from({ length: count }, one));
  }

  /** What is under way goes on; nothing new is begun. */
  stop(): void {
    this.stopped = true;
  }

  /** These calls again, to the letter, until their outcome is there; at most `width` at once. */
  async repeat(calls: readonly Call[], width: number): Promise<void> {
    await inParallel(calls.length, width, async (index) => {
      const first = calls[index];
      if (first !== undefined)
        await this.call(first.work, { isAsync: false, waitSeconds: 20, requestId: first.requestId });
    });
  }

  async close(): Promise<void> {
    await this.readiness.stop();
    for (const client of this.caller.clients) client.close();
  }

  private async call(work: Work, manner: Parameters<typeof call>[2]): Promise<void> {
    const begun = { begunAtMs: Date.now() };
    this.underWay.add(begun);
    this.calls.push(await call(this.caller, work, manner, (made, answer) => this.note(made, answer)));
    this.underWay.delete(begun);
  }

  private note({ begunAtMs }: Call, { gateway, status, how, executionId }: Answer): void {
    if (executionId !== '') this.executions.add(executionId);
    if (status === 200 && how === 'executed')
      this.servedMs[gateway] = Math.max(this.servedMs[gateway] ?? 0, begunAtMs);
  }
}
