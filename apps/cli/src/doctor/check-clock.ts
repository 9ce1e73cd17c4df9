import { type Finding, fail, ok, warn } from './finding.js';

/** The header counts whole seconds. */
const RESOLUTION_MS = 1_000;
const WARN_MS = 5_000;
/** Relative times (--since 15m) and the idempotency window rest on the clocks. */
const FAIL_MS = 60_000;

/**
 * How far this machine's clock is from the platform's, as its `Date` header says. The answer was written at some moment
 * between asking and hearing, so that only what lies outside counts.
 */
export function checkClock(date: string | null, askedAtMs: number, answeredAtMs: number): Finding {
  const theirsMs = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(theirsMs))
    return warn(
      'clock',
      'The platform does not say what time it is.',
      'Is there a proxy that removes the header Date?',
    );
  const earlyMs = Math.max(0, askedAtMs - (theirsMs + RESOLUTION_MS));
  const lateMs = Math.max(0, theirsMs - answeredAtMs);
  const skewMs = Math.max(earlyMs, lateMs);
  const side = earlyMs > 0 ? 'ahead of' : 'behind';
  const detail = `This clock is ${(skewMs / 1_000).toFixed(1)} s ${side} the platform's.`;
  const toDo = 'Set both clocks by NTP.';
  if (skewMs > FAIL_MS) return fail('clock', detail, toDo);
  if (skewMs > WARN_MS) return warn('clock', detail, toDo);
  return ok('clock', 'The clocks agree.');
}
