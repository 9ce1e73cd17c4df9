import { type Clock, pause } from '../ports.js';
import type { Said } from './worker-link.js';

/** How often in a row nobody may know of an attempt before it counts as lost: an answer can get lost on the way. */
const SILENCES_MAX = 3;
/** How often in a row nobody at all may listen: a worker that lost its connection may be coming back. */
const NOBODY_MAX = 2;
/** A worker that lost its connection is back within about a second: it gets that long, however short the lease. */
const COME_BACK_MS = 1_500;

export type DefiniteWord =
  | Extract<Said, { kind: 'running' | 'ended' | 'closed' }>
  | { readonly kind: 'lost' }
  /** `signal` has aborted. */
  | { readonly kind: 'stopped' };

/** How long one question waits for its answer: with three of them a dead worker is found out in two leases. */
export const askTimeoutMs = (leaseMs: number): number =>
  Math.ceil(Math.max(leaseMs * 2, COME_BACK_MS) / SILENCES_MAX);

/** Asks about an attempt until it is clear what to think of it. Trouble of the bus says nothing of the worker. */
export async function definiteWord(
  ask: () => Promise<Said>,
  leaseMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<DefiniteWord> {
  let silences = 0;
  let nobody = 0;
  while (!signal.aborted) {
    const said = await ask();
    switch (said.kind) {
      case 'running':
      case 'ended':
      case 'closed':
        return said;
      // "here" is no answer to a question about an attempt: whoever does not know should have kept silent.
      case 'here':
      case 'silent':
        if (++silences >= SILENCES_MAX) return { kind: 'lost' };
        // Not at once again where somebody gave no answer quickly.
        if (said.kind === 'here') await pause(clock, askTimeoutMs(leaseMs), signal);
        break;
      case 'nobody':
        if (++nobody >= NOBODY_MAX) return { kind: 'lost' };
        await pause(clock, Math.max(leaseMs, COME_BACK_MS), signal);
        break;
      case 'trouble':
        await pause(clock, leaseMs / 2, signal);
    }
  }
  return { kind: 'stopped' };
}
