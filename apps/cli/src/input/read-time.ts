import { InvalidArgumentError } from 'commander';

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/i;

/**
 * `15m`, `2h`, `7d` before now, a date (its beginning, UTC), or ISO 8601 with a zone. A time without a zone is refused:
 * it would mean another moment on another machine.
 * @returns ISO 8601, UTC
 */
export function readTime(text: string, nowMs: number): string {
  const [, count, unit = ''] = /^(\d{1,9})([smhdw])$/.exec(text) ?? [];
  const ms = count !== undefined ? nowMs - Number(count) * (UNIT_MS[unit] ?? 0) : momentOf(text);
  // Date holds 8.64e15 ms on either side of 1970.
  if (!Number.isNaN(new Date(ms).getTime())) return new Date(ms).toISOString();
  throw new InvalidArgumentError(
    'Write 15m, 2h or 7d (before now), a date such as 2030-01-31, or a time with its zone such as 2030-01-31T08:00Z.',
  );
}

function momentOf(text: string): number {
  if (!DATE.test(text) && !DATE_TIME.test(text)) return Number.NaN;
  const ms = Date.parse(text);
  // JavaScript takes the 31st of February for a day in March.
  const day = Number(text.slice(8, 10));
  const daysInMonth = new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate();
  return day <= daysInMonth ? ms : Number.NaN;
}
