import { EXIT, type ExitCode } from '../exit-codes.js';

/** What one check found. */
export interface Finding {
  readonly check: string;
  readonly verdict: 'ok' | 'warn' | 'fail';
  /** One sentence. */
  readonly detail: string;
  /** What to do about it; absent where all is well. */
  readonly toDo?: string | undefined;
  /** What a failure makes of the exit code. */
  readonly exitCode: ExitCode;
}

export const ok = (check: string, detail: string): Finding => ({
  check,
  verdict: 'ok',
  detail,
  exitCode: EXIT.ok,
});
export const warn = (check: string, detail: string, toDo: string): Finding => ({
  check,
  verdict: 'warn',
  detail,
  toDo,
  exitCode: EXIT.ok,
});
export const fail = (
  check: string,
  detail: string,
  toDo: string,
  exitCode: ExitCode = EXIT.verificationFailed,
): Finding => ({ check, verdict: 'fail', detail, toDo, exitCode });
