import { type Clock, pause } from '../ports.js';
import type { Said } from './worker-link.js';

/** How often in a row nobody may know of an attempt before it counts as lost: an answer can get lost on the way. */
const SILENCES_MAX = 3;
/** How often in a row nobody at all may listen: a worker that lost its connection may be coming back. */
const NOBODY_MAX = 2;
/** A worker that lost its connection is back within about a second: it gets that long, however short the lease. */
const COME_BACK_MS = 1_500;
/**
 * How long the workers are asked about what a dead executor began. Together with the lease for which that one was not heard it
 * is time enough to come back in, and what goes on has to do so within a lease and a second.
 */
const TAKEOVER_MS = 300;

/** How long nobody may know of an attempt before it counts as lost. */
export interface Patience {
  /** How long one question waits for its answer. Milliseconds */
  readonly askMs: number;
  /** Between two questions that found nobody. Milliseconds */
  readonly nobodyMs: number;
  /** Between two questions while the bus is in trouble. Milliseconds */
  readonly troubleMs: number;
}

export type DefiniteWord =
  | Extract<Said, { kind: 'running' | 'ended' | 'closed' }>
  | { readonly kind: 'lost' }
  /** `signal` has aborted. */
  | { readonly kind: 'stopped' };

/** With an attempt of one's own: a dead worker is found out in two leases. */
export const patience = (leaseMs: number): Patience => ({
  askMs: Math.ceil(Math.max(leaseMs * 2, COME_BACK_MS) / SILENCES_MAX),
  nobodyMs: Math.max(leaseMs, COME_BACK_MS),
  troubleMs: leaseMs / 2,
});

/** With what an executor began that has not been heard for a whole lease. */
export function patienceAtTakeover(leaseMs: number): Patience {
  const allMs = Math.max(TAKEOVER_MS, COME_BACK_MS - leaseMs);
  return { askMs: Math.ceil(allMs / SILENCES_MAX), nobodyMs: allMs, troubleMs: leaseMs / 2 };
}

/** Asks about an attempt until it is clear what to think of it. Trouble of the bus says nothing of the worker. */
export async function definiteWord(
  ask: (timeoutMs: number) => Promise<Said>,
  { askMs, nobodyMs, troubleMs }: Patience,
  clock: Clock,
  signal: AbortSignal,
): Promise<DefiniteWord> {
  let silences = 0;
  let nobody = 0;
  while (!signal.aborted) {
    const said = await ask(askMs);
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
        if (said.kind === 'here') await pause(clock, askMs, signal);
        break;
      case 'nobody':
        if (++nobody >= NOBODY_MAX) return { kind: 'lost' };
        await pause(clock, nobodyMs, signal);
        break;
      case 'trouble':
        await pause(clock, troubleMs, signal);
    }
  }
  return { kind: 'stopped' };
}
