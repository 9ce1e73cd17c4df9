import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Effect, EffectFiles } from '../effect-files.js';

/**
 * What an action of the suite of ways does, whoever offers it: the same work for a function, a worker, a service on the bus and
 * one over HTTP. It knows nothing of the platform, as a business's own code does not.
 */

/** What a call asks for. All but `id` has a default. */
export interface WayParams {
  readonly id: string;
  /** What the first attempts come to; default: all succeed. */
  readonly how: 'succeeds' | 'declines' | 'throws' | 'misfits';
  /** How many attempts that is, and how many of them wait. */
  readonly times: number;
  /** What it gives back; default: an account of what it did. */
  readonly value?: unknown;
  /** Bytes of a result that is one long string, as JSON. */
  readonly bytes?: number | undefined;
  /** Lists within lists of its result. */
  readonly depth?: number | undefined;
  /** Waits for this file before, or after, its effect. */
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  /** Says so often that it goes on, each time after so long. Milliseconds */
  readonly beats: number;
  readonly beatMs: number;
  /** Goes on when it is told to stop. */
  readonly isDeaf: boolean;
  /** What the probe says instead of looking. */
  readonly probe?: 'unknown' | undefined;
  /** Attempts to undo that fail. */
  readonly undoFails: number;
}

export interface WayCall {
  readonly action: string;
  readonly executionId: string;
  readonly effectKey: string;
  readonly attempt: number;
  readonly signal: AbortSignal;
  readonly beat: () => void;
}

/** The business's word that it will not: nothing happened. */
export class Declined extends Error {
  readonly code = 'CARD_DECLINED';
}

const LOOK_EVERY_MS = 5;

/** The work, its probe and its undo, over a world outside in a folder. */
export class WayWork {
  private readonly files: EffectFiles;

  constructor(folder: string) {
    this.files = new EffectFiles(folder);
  }

  async run(params: WayParams, call: WayCall): Promise<unknown> {
    const { action, executionId, effectKey, attempt } = call;
    const at = { effectKey, attempt, pid: process.pid, atMs: Date.now() };
    this.files.recordCall({ action, work: params.id, executionId, ...at });
    const isEarly = attempt <= params.times;
    if (isEarly && params.how === 'declines') throw new Declined('the card was declined');
    if (isEarly && params.how === 'throws') throw new Error('out of order');
    if (isEarly) await gate(params.before, params.isDeaf ? undefined : call.signal);
    const effect = this.perform(action, { ...at, nonce: randomUUID() });
    for (let beats = 0; beats < params.beats; beats++) {
      await delay(params.beatMs);
      call.beat();
    }
    if (isEarly) await gate(params.after, params.isDeaf ? undefined : call.signal);
    if (isEarly && params.how === 'misfits') return 7;
    if (params.bytes !== undefined) return 'x'.repeat(params.bytes - 2);
    if (params.depth !== undefined) return JSON.parse('['.repeat(params.depth) + ']'.repeat(params.depth));
    if (params.value !== undefined) return params.value;
    return accountOf(params, effect);
  }

  probe(params: WayParams, effectKey: string): { state: string; result?: unknown } {
    const effect = this.files.first(effectKey);
    this.files.recordProbe({ effectKey, wasFound: effect !== null, atMs: Date.now() });
    if (params.probe !== undefined) return { state: params.probe };
    return effect === null
      ? { state: 'not-applied' }
      : { state: 'applied', result: accountOf(params, effect) };
  }

  undo(params: WayParams, call: Omit<WayCall, 'signal' | 'beat'>): void {
    const { action, executionId, effectKey, attempt } = call;
    const at = { effectKey, attempt, pid: process.pid, atMs: Date.now() };
    this.files.recordCall({ action: `${action}.undo`, work: params.id, executionId, ...at });
    if (attempt <= params.undoFails) throw new Error('it cannot be undone just now');
  }

  private perform(action: string, effect: Effect): Effect {
    if (/-(none|echo)$/.test(action)) return effect;
    if (/-(verifiable|unsafe|hasty-unsafe)$/.test(action)) this.files.add(effect);
    else return this.files.addOnce(effect);
    return effect;
  }
}

const accountOf = ({ id }: WayParams, { effectKey, attempt, nonce }: Effect) => ({
  id,
  effectKey,
  attempt,
  nonce,
});

/** Waits until the named file is there. @throws the reason of `signal` */
async function gate(file: string | undefined, signal: AbortSignal | undefined): Promise<void> {
  while (file !== undefined && !existsSync(file)) {
    signal?.throwIfAborted();
    await delay(LOOK_EVERY_MS);
  }
}
