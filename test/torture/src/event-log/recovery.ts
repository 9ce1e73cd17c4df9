import type { Heard } from './storm-call.js';

/** From when until when the log was away. Times by performance.now(). */
export interface Away {
  readonly fromMs: number;
  /** Its ready line, or SIGCONT. */
  readonly untilMs: number;
}

/**
 * How long after the log's return each gateway gave its first result of an execution that was begun in its absence or
 * later: a replay needs no log. Null where it gave none yet. Milliseconds.
 */
export function recoveredAfterMs(
  heard: readonly Heard[],
  gateways: number,
  { fromMs, untilMs }: Away,
): (number | null)[] {
  return Array.from({ length: gateways }, (_, gateway) => {
    const successes = heard.filter(
      (call) =>
        call.gateway === gateway &&
        call.how === 'executed' &&
        call.status === 200 &&
        call.begunAtMs > fromMs &&
        call.endedAtMs > untilMs,
    );
    return successes.reduce<number | null>(
      (first, { endedAtMs }) => Math.min(first ?? Number.POSITIVE_INFINITY, endedAtMs - untilMs),
      null,
    );
  });
}
