import type { TortureReport } from './torture-mode.js';

const VIOLATIONS_SHOWN = 20;

/** The report for people: one figure a line, then the verdict, then what was broken. */
export function reportTable(mode: string, seed: number, { figures, violations }: TortureReport): string {
  const rows = [...Object.entries(figures), ['seed', seed], ['violations', violations.length]] as const;
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  const shown = violations.slice(0, VIOLATIONS_SHOWN).map((violation) => `  broken: ${violation}`);
  const hidden = violations.length - shown.length;
  return [
    `torture ${mode}: ${violations.length === 0 ? 'all promises kept' : 'PROMISES BROKEN'}`,
    ...lines,
    ...shown,
    ...(hidden > 0 ? [`  and ${hidden} more`] : []),
  ].join('\n');
}
