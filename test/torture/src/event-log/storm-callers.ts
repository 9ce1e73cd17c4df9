import { setTimeout as delay } from 'node:timers/promises';
import { type Random, seededRandom } from '@action-do/test-support';
import { inParallel } from '../in-parallel.js';
import { type Heard, hear, STORM_ACTIONS, type StormAction, type StormWork } from './storm-call.js';

/** Short ones are over while the log is away. */
const WAIT_SECONDS = [0, 1, 3, 20];
const HOLD_MS_MAX = 40;
/** So many pieces of work a storm are asked for by several callers at once. */
const SHARED_WORKS = 16;
const SHARED_SHARE = 0.25;
const KEYED_SHARE = 0.5;
/** Of those who were told to come again. */
const INSISTS_SHARE = 0.5;
/** Behind an answer that says "come again": callers that hammer would measure the gateways. */
const COME_AGAIN_MS = 100;
const REPEAT_WAIT_SECONDS = 20;

export interface Gateways {
  readonly urls: readonly string[];
  readonly apiKey: string;
}

/** Callers who ask for one piece of work after the other, each time through any gateway, until they are told to stop. */
export class StormCallers {
  readonly heard: Heard[] = [];
  private readonly random: Random;
  private readonly shared: StormWork[];
  private stopped = false;
  private works = 0;

  constructor(
    private readonly gateways: Gateways,
    private readonly name: string,
    seed: number,
  ) {
    this.random = seededRandom(seed);
    this.shared = Array.from({ length: SHARED_WORKS }, () => this.newWork());
  }

  /** Ends when all callers have heard the answer to their last call. */
  async callUntilStopped(count: number): Promise<void> {
    const caller = async (): Promise<void> => {
      let work = this.nextWork();
      while (!this.stopped) {
        const heard = await this.call(work, this.pick(WAIT_SECONDS));
        const isOver = heard.status === 200;
        if (!isOver) await delay(COME_AGAIN_MS);
        if (isOver || this.random() >= INSISTS_SHARE) work = this.nextWork();
      }
    };
    await Promise.all(Array.from({ length: count }, caller));
  }

  /** What is under way goes on; nothing new is begun. */
  stop(): void {
    this.stopped = true;
  }

  /** Each piece of work once more, at most `width` at once. */
  async repeatAll(width: number): Promise<Heard[]> {
    const works = [...new Map(this.heard.map(({ work }) => [work.id, work])).values()];
    const repeats: Heard[] = [];
    await inParallel(works.length, width, async (index) => {
      const work = works[index];
      if (work !== undefined) repeats.push(await this.call(work, REPEAT_WAIT_SECONDS));
    });
    return repeats;
  }

  private async call(work: StormWork, waitSeconds: number): Promise<Heard> {
    const { urls, apiKey } = this.gateways;
    const gateway = Math.floor(this.random() * urls.length);
    const heard = await hear({ gateway, url: urls[gateway] ?? '', apiKey, work, waitSeconds });
    this.heard.push(heard);
    return heard;
  }

  private nextWork(): StormWork {
    return this.random() < SHARED_SHARE ? this.pick(this.shared) : this.newWork();
  }

  private newWork(): StormWork {
    const action: StormAction = this.pick(STORM_ACTIONS);
    const id = `${this.name}-${this.works++}`;
    // Each call of a read is an execution of its own, unless it is named.
    const isKeyed = action === 'read-only' || this.random() < KEYED_SHARE;
    const holdMs = Math.floor(this.random() * HOLD_MS_MAX);
    return { action, id, holdMs, key: isKeyed ? `"key-${id}"` : undefined };
  }

  private pick<T>(from: readonly T[]): T {
    const one = from[Math.floor(this.random() * from.length)];
    if (one === undefined) throw new RangeError('there is nothing to pick from');
    return one;
  }
}
