import type { AttemptOutcome } from '@action-do/domain';
import type { Attempt } from '../execution/run-attempt.js';
import { pause } from '../ports.js';
import { definiteWord, patience } from './definite-word.js';
import { LATE_MS_MAX } from './outcomes.js';
import type { RemotePerformer } from './remote-performer.js';

/**
 * What an attempt comes to that was parked as unknown before its workers had all the time to answer that one's own get:
 * they get it now, and one that is at it is waited for, until a minute behind the execution's deadline. As many at once as
 * attempts that were given up. Never rejects; null = nobody will ever say.
 */
export async function overhear(
  {
    tenant,
    late,
    clock,
    leaseMs,
    ask,
  }: Pick<RemotePerformer, 'tenant' | 'late' | 'clock' | 'leaseMs' | 'ask'>,
  attempt: Attempt,
): Promise<AttemptOutcome | null> {
  const untilMs = attempt.request.deadlineAtMs + LATE_MS_MAX;
  const letGo = new AbortController();
  const forget = late.enter(tenant, () => letGo.abort());
  try {
    for (;;) {
      const word = await definiteWord(
        (timeoutMs) => ask(attempt, timeoutMs),
        patience(leaseMs),
        clock,
        letGo.signal,
      );
      if (word.kind === 'ended') return word.outcome;
      if (word.kind !== 'running' || clock.nowMs() >= untilMs) return null;
      await pause(clock, leaseMs, letGo.signal);
    }
  } finally {
    forget();
  }
}
