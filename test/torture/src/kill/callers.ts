import { type Random, seededRandom } from '@action-do/test-support';
import type { Do } from '@do-sdk/core';
import { KILL_ACTIONS, type KillAction, type Testimony, type Work, witness } from './witness.js';

/** No call may take longer: what the SDK is told, and what the checker holds it to. */
export const CALL_TIMEOUT_MS = 30_000;
const HOLD_MS_MAX = 40;
/** Some handlers take so long that they are under way when the platform next notes what it has open. */
const LONG_SHARE = 0.1;
const LONG_HOLD_MS_MAX = 1_500;
/** So many pieces of work a round are asked for by several callers. */
const SHARED_WORKS = 8;
const SHARED_SHARE = 0.2;
const START_SHARE = 0.2;

/** Callers who ask for one piece of work after the other until they are told to stop, and then repeat all of it. */
export class Callers {
  private readonly random: Random;
  private readonly shared: Work[];
  private stopped = false;
  private works = 0;

  constructor(
    private readonly client: Do,
    private readonly name: string,
    seed: number,
  ) {
    this.random = seededRandom(seed);
    this.shared = Array.from({ length: SHARED_WORKS }, () => this.newWork());
  }

  /** Ends when all callers have heard the answer to their last call. */
  async callUntilStopped(count: number): Promise<Testimony[]> {
    const caller = async (): Promise<Testimony[]> => {
      const heard: Testimony[] = [];
      while (!this.stopped) {
        const how = this.random() < START_SHARE ? 'start' : 'execute';
        heard.push(await witness(this.client, this.nextWork(), how, CALL_TIMEOUT_MS));
      }
      return heard;
    };
    return (await Promise.all(Array.from({ length: count }, caller))).flat();
  }

  /** What is under way goes on; nothing new is begun. */
  stop(): void {
    this.stopped = true;
  }

  private nextWork(): Work {
    const shared = this.shared[Math.floor(this.random() * SHARED_WORKS)];
    return this.random() < SHARED_SHARE && shared ? shared : this.newWork();
  }

  private newWork(): Work {
    const index = Math.floor(this.random() * KILL_ACTIONS.length);
    const action: KillAction = KILL_ACTIONS[index] ?? 'note-idempotent';
    return {
      action,
      id: `${this.name}-${this.works++}`,
      holdMs: Math.floor(this.random() * (this.random() < LONG_SHARE ? LONG_HOLD_MS_MAX : HOLD_MS_MAX)),
    };
  }
}

/** Every call again, as callers do who were cut off; at most `width` at once. */
export async function repeatAll(
  client: Do,
  heard: readonly Testimony[],
  width: number,
): Promise<Testimony[]> {
  const repeats: Testimony[] = [];
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let first = heard[next++]; first !== undefined; first = heard[next++])
      repeats.push(await witness(client, first.work, 'execute', CALL_TIMEOUT_MS));
  };
  await Promise.all(Array.from({ length: width }, caller));
  return repeats;
}
