import type { ActionEvent } from '@action-do/contracts';
import type { Clock } from '../ports.js';
import type { Lane, Slot, Slots } from './slots.js';

/**
 * Waits for a slot no longer than what needs it may take: a handler that never returns keeps its own place for good, and
 * nothing else.
 * @param untilMs of the wall clock  @param signal ends the waiting
 * @returns null: there was none in time
 */
export async function awaitSlot(
  slots: Slots,
  lane: Lane | null,
  clock: Clock,
  untilMs: number,
  signal?: AbortSignal,
): Promise<Slot | null> {
  const slot = slots.tryTake(lane);
  if (slot !== null || signal?.aborted) return slot;
  const over = new AbortController();
  const end = (): void => over.abort();
  const callOff = clock.after(Math.max(0, untilMs - clock.nowMs()), end);
  signal?.addEventListener('abort', end, { once: true });
  try {
    return await slots.take(lane, over.signal);
  } finally {
    callOff();
    signal?.removeEventListener('abort', end);
  }
}

/** Of what was decided, what may be recorded: without a slot nothing begins, and what ends it stands. */
export const recordable = (slot: Slot | null, decided: readonly ActionEvent[]): readonly ActionEvent[] =>
  slot === null
    ? decided.filter(({ type }) => type !== 'ActionStarted' && type !== 'ActionUndoStarted')
    : decided;
