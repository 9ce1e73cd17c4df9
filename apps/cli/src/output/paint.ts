import picocolors from 'picocolors';

export type Colors = ReturnType<typeof picocolors.createColors>;

/** Colours only for a terminal, and only where nobody said NO_COLOR (https://no-color.org: present and not empty). */
export const paintFor = (isTTY: boolean, env: Readonly<Record<string, string | undefined>>): Colors =>
  picocolors.createColors(isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb');

/** One colour a status, the same in every table. */
export function paintStatus(paint: Colors, status: string): string {
  switch (status) {
    case 'succeeded':
      return paint.green(status);
    case 'failed':
    case 'cancelled':
      return paint.red(status);
    case 'unknown':
    case 'retrying':
      return paint.yellow(status);
    default:
      return status;
  }
}
