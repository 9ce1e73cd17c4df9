import type { ErrorCode } from '@action-do/contracts';
import type { Evidence, HandlerCall, OrderRecord, Violation } from './evidence.js';
import type { Told } from './read-log.js';

/** Codes that only tell why an attempt was given up, or of an error of ours: nothing ends with them. */
const NO_END: readonly ErrorCode[] = ['LEASE_LOST', 'NO_HANDLER', 'UNAVAILABLE', 'RATE_LIMITED', 'INTERNAL'];

/** What a worker says of an attempt that it did not begin: it had no room, or got it too late. */
const NEVER_BEGAN: readonly ErrorCode[] = ['TIMED_OUT', 'RATE_LIMITED', 'NO_HANDLER', 'UNAVAILABLE'];

/** I6: a failure says why, and that is true: by what handlers did, what operators wanted, and what the log tells. */
export function checkFailures(
  { ledger, orders = [] }: Pick<Evidence, 'ledger' | 'orders'>,
  executions: ReadonlyMap<string, Told>,
): Violation[] {
  return [...executions.values()].flatMap((told) => {
    const { outcome } = told.generation;
    if (outcome === null || outcome.ok) return [];
    const { code } = outcome.error;
    const verbs = orders.flatMap(({ verb, id }) => (id === told.id ? [verb] : []));
    const why = unexplained(code, told, verbs, ledger);
    return why === null ? [] : [{ invariant: 'I6', of: told.id, what: `it failed as ${code}, and ${why}` }];
  });
}

/** What is wrong with the code, in words; null = it is explained. */
function unexplained(
  code: ErrorCode,
  told: Told,
  verbs: readonly OrderRecord['verb'][],
  ledger: readonly HandlerCall[] | undefined,
): string | null {
  const { id, generation, settled, started } = told;
  const { request, cancelRequestedAtMs } = generation;
  const { attemptsMax, delayMsMax } = request.policy.retry;
  const calls = (ledger ?? []).filter(
    ({ executionId, attempt }) => executionId === id && attempt === settled?.attempt,
  );
  // What was parked is closed by whoever says that it never began, and by the reason for that.
  if (NEVER_BEGAN.includes(code) && settled?.by === 'late-worker' && calls.length === 0) return null;
  if (NO_END.includes(code)) return 'nothing ends with that';
  switch (code) {
    case 'CANCELLED':
      if (!verbs.includes('cancel')) return 'nobody cancelled it';
      return cancelRequestedAtMs === null ? 'the log knows of no cancel' : null;
    case 'OUTCOME_UNKNOWN':
      return settled?.by === 'operator' && verbs.includes('retry') ? null : 'no operator gave it up';
    case 'ATTEMPTS_EXHAUSTED':
      return started.size >= attemptsMax ? null : `it had ${started.size} of ${attemptsMax} attempts`;
    case 'TIMED_OUT':
      // Of a single attempt it is that attempt's own timeout.
      if (attemptsMax === 1 || (settled?.atMs ?? 0) + delayMsMax >= request.deadlineAtMs) return null;
      return 'its deadline was still to come';
    case 'ACTION_FAILED':
      if (settled?.by === 'operator') return null;
      return ledger === undefined || calls.some(hasFailed)
        ? null
        : `attempt ${settled?.attempt} did not fail`;
    default:
      return null;
  }
}

const hasFailed = ({ threw, result }: HandlerCall): boolean => threw ?? result === undefined;
