import type { Generation } from '@action-do/domain';
import type { Effects } from '../policy.js';
import type { Verdict } from './crash-report.js';

/** What is seen of a life from outside. */
export interface Seen {
  readonly effectsClass: Effects;
  readonly effects: number;
  /** The last one. */
  readonly generation: Generation | null;
  /** A handler went on when the platform had given it up. */
  readonly leftRunning: boolean;
  readonly stuck: boolean;
  readonly lie: string | undefined;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** Why it is not simply kept. */
  readonly why?: string;
}

const KEPT: Judgement = { verdict: 'kept' };
const broken = (why: string): Judgement => ({ verdict: 'broken', why });

/** Whether a life kept what the class of its action promises, and whether its record tells the truth. */
export function judge({ effectsClass, effects, generation, leftRunning, stuck, lie }: Seen): Judgement {
  if (stuck) return broken('a call of the handler did not end');
  if (lie !== undefined) return broken(lie);
  if (effectsClass === 'none')
    return effects === 0 ? KEPT : broken(`${timesOf(effects)}, of what only reads`);
  if (effects > 1) {
    const why = `doubled: ${timesOf(effects)}`;
    if (effectsClass === 'verifiable' && leftRunning)
      return { verdict: 'not promised', why: `${why}; the first call landed after the probe` };
    return broken(why);
  }
  return judgeRecord(effectsClass, effects, generation);
}

function judgeRecord(effectsClass: Effects, effects: number, generation: Generation | null): Judgement {
  const status = generation?.status ?? 'absent';
  if (status === 'succeeded')
    return effects === 1 ? KEPT : broken('lost: recorded as succeeded, and there is no effect');
  if (status === 'failed') {
    const recorded = generation?.effect;
    if (recorded === 'none' && effects > 0)
      return broken('recorded as failed without effect, and there is one');
    if (recorded === 'applied' && effects === 0) return broken('recorded as applied, and there is no effect');
    // What may be called again, until it works, has to come to what it came to undisturbed.
    if (effectsClass === 'idempotent' || effectsClass === 'transactional')
      return broken('recorded as failed, and the action succeeds where nothing goes wrong');
    return KEPT;
  }
  // The truth where nobody can know; the other classes are there so that somebody can.
  if (status === 'unknown' && (effectsClass === 'unsafe' || effectsClass === 'verifiable')) return KEPT;
  return broken(`stays ${status}`);
}

const timesOf = (effects: number): string => (effects === 1 ? '1 effect' : `${effects} effects`);

/** What is recorded of a life in the end, in a few words. */
export function describeOutcome(generation: Generation | null): string {
  if (generation === null) return 'nothing';
  const { outcome, status } = generation;
  if (outcome === null) return status;
  const by = outcome.settledBy === undefined ? '' : `, by ${outcome.settledBy}`;
  return outcome.ok ? `succeeded${by}` : `failed ${outcome.error.code}, effect ${outcome.effect}${by}`;
}
