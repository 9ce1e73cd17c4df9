export interface Progress {
  /** How many are done, of how many; NaN where it is not known. */
  readonly done: number;
  readonly total: number;
  /** What was done when the looking began: the rate is of what was seen. */
  readonly since: number | undefined;
  readonly elapsedMs: number;
}

/** `12,000 of 50,000 events, 4,000/s, 10 s left`: count, rate, and time left, as far as they are known. */
export function progressLine({ done, total, since = 0, elapsedMs }: Progress): string {
  const parts = [
    `${Number.isNaN(done) ? 'some' : count(done)}${Number.isNaN(total) ? '' : ` of ${count(total)}`} events`,
  ];
  const perS = ((done - since) / elapsedMs) * 1_000;
  if (perS > 0 && Number.isFinite(perS)) {
    parts.push(`${count(Math.round(perS))}/s`);
    if (total > done) parts.push(`${duration((total - done) / perS)} left`);
  }
  return parts.join(', ');
}

/** `comparing, 12,000 rows`: how many there are is not known before. */
export const comparingLine = (rows: number): string => `comparing, ${count(rows)} rows`;

/** The same wherever it is written: not by the locale. */
const count = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

function duration(seconds: number): string {
  const s = Math.ceil(seconds);
  if (s < 120) return `${s} s`;
  return s < 7_200 ? `${Math.ceil(s / 60)} min` : `${Math.ceil(s / 3_600)} h`;
}
