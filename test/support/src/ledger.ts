import { existsSync, readFileSync } from 'node:fs';

/** One call of a handler of `ledger-actions.ts`. */
export interface LedgerLine {
  readonly action: string;
  readonly id: string;
  readonly effectKey: string;
  readonly attempt: number;
}

/** Every call that a handler began, in the order in which the outside world saw them. A torn last line is left out. */
export function readLedger(path: string): LedgerLine[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [action = '', id = '', effectKey = '', attempt = ''] = line.split(' ');
    return { action, id, effectKey, attempt: Number(attempt) };
  });
}
