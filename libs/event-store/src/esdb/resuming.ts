/**
 * A subscription that outlives its connection: dropped, it is taken up again behind the last that was handed on.
 *
 *  R1 every item is behind those before it, so nothing is handed on twice, whatever a new subscription begins with.
 *  R2 only StoreUnavailable is a drop. Whatever else is wrong stays wrong, and is thrown.
 *  R3 between two tries there is a pause that grows to a bound, and begins anew once something was handed on.
 *  R4 of a server that does not let us in it is told again every minute: it does not mend itself.
 */
import { StoreUnavailable } from '../errors.js';
import type { SubscriptionItem } from '../event-store.js';
import { LogAccessDenied } from './errors.js';

export interface Resuming {
  readonly after: bigint;
  /** @param again it was dropped before: behind `after` may be another log now */
  readonly open: (after: bigint, again: boolean) => AsyncIterable<SubscriptionItem>;
  /** Ends it without an error. */
  readonly signal: AbortSignal;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly nowMs: () => number;
  /** Told once a drop, and anew when we are let in no more; and once when it is taken up again, with null. */
  readonly onTrouble: (trouble: StoreUnavailable | null) => void;
}

const TELL_AGAIN_MS = 60_000;
const PAUSE_MS_MIN = 50;
/** With the time to connect, well under the two seconds in which a server that came back has to be followed again. */
const PAUSE_MS_MAX = 500;

export async function* resuming({
  after,
  open,
  signal,
  pause,
  nowMs,
  onTrouble,
}: Resuming): AsyncGenerator<SubscriptionItem> {
  let position = after;
  let pauseMs = PAUSE_MS_MIN;
  let trouble: StoreUnavailable | null = null;
  let toldAtMs = 0;
  for (let again = false; !signal.aborted; again = true) {
    try {
      for await (const item of open(position, again)) {
        if (trouble !== null) onTrouble(null);
        trouble = null;
        pauseMs = PAUSE_MS_MIN;
        const at = item.kind === 'event' ? item.event.position : item.position;
        if (item.kind === 'caught-up' ? at < position : at <= position) continue;
        position = at;
        yield item;
      }
      throw new StoreUnavailable('the server of the event log ended a subscription');
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof StoreUnavailable)) throw error;
      if (isNews(error, trouble, nowMs() - toldAtMs)) {
        onTrouble(error);
        toldAtMs = nowMs();
      }
      trouble = error;
    }
    await pause(pauseMs, signal);
    pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX);
  }
}

function isNews(error: StoreUnavailable, before: StoreUnavailable | null, sinceToldMs: number): boolean {
  if (before === null) return true;
  if (!(error instanceof LogAccessDenied)) return false;
  return !(before instanceof LogAccessDenied) || sinceToldMs >= TELL_AGAIN_MS;
}
