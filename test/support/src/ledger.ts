import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** One call of a handler of an action that keeps a ledger. */
export interface LedgerLine {
  readonly action: string;
  readonly id: string;
  readonly effectKey: string;
  readonly attempt: number;
  /** Process that performed it. */
  readonly pid: number;
}

/** Written by the handler before it goes on. */
export const recordCall = (path: string, { action, id, effectKey, attempt }: Omit<LedgerLine, 'pid'>): void =>
  appendFileSync(path, `${action} ${id} ${effectKey} ${attempt} ${process.pid}\n`);

/** Where calls are recorded. @throws Error nobody said where: a file in whatever folder this runs in would be left behind */
export function ledgerOf({ ADO_LEDGER }: NodeJS.ProcessEnv): string {
  if (ADO_LEDGER === undefined)
    throw new Error('ADO_LEDGER names no file: where are the calls to be recorded?');
  return ADO_LEDGER;
}

/** Every call that a handler began, in the order in which the outside world saw them. A torn last line is left out. */
export function readLedger(path: string): LedgerLine[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [action = '', id = '', effectKey = '', attempt = '', pid = ''] = line.split(' ');
    return { action, id, effectKey, attempt: Number(attempt), pid: Number(pid) };
  });
}
