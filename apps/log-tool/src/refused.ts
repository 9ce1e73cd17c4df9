import { type ErrorCode, type Problem, problem } from '@action-do/contracts';

/** The exit codes of `ado`; docs/reference/cli.md has what each one means. */
export const EXIT = {
  ok: 0,
  usage: 2,
  notFound: 4,
  unknown: 6,
  unreachable: 7,
  verificationFailed: 8,
  refused: 9,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends the copying: what is said on stderr, and the exit code. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly problem: Problem;
  constructor(
    code: ErrorCode,
    readonly exitCode: ExitCode,
    detail: string,
    hint: string,
    options?: ErrorOptions,
  ) {
    super(detail, options);
    this.problem = { ...problem(code, { detail, source: 'sdk', retryable: false }), hint };
  }
}

export const usage = (detail: string): Refused =>
  new Refused('REQUEST_INVALID', EXIT.usage, detail, 'Run: ado log --help.');
