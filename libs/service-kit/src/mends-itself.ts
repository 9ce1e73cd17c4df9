import type { AppendUnknown, StoreUnavailable } from '@action-do/event-store';
import { BusInterrupted, BusUnreachable, NatsUnavailable } from '@action-do/messaging';

/** By code: a gateway waits too, and need not load what talks to a log. LOG_ACCESS_DENIED is left out on purpose. */
const OF_THE_LOG: ReadonlySet<unknown> = new Set<(StoreUnavailable | AppendUnknown)['code']>([
  'STORE_UNAVAILABLE',
  'APPEND_UNKNOWN',
]);

/**
 * Whether what went wrong at a service's start may mend itself: the log or the bus is away, or was while it was asked.
 * Wrong credentials, another log, a server that is of no use stay what they are until somebody changes them.
 */
export function mendsItself(error: unknown): boolean {
  return (
    error instanceof NatsUnavailable ||
    error instanceof BusUnreachable ||
    error instanceof BusInterrupted ||
    (error instanceof Error && 'code' in error && OF_THE_LOG.has(error.code))
  );
}
