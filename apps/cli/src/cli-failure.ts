import { type ErrorCode, problem } from '@action-do/contracts';
import type { Problem } from '@do-sdk/core';
import { EXIT, type ExitCode, exitCodeOf } from './exit-codes.js';

/** Ends a command: what is said on stderr, and the exit code. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';
  constructor(
    readonly problem: Problem,
    readonly exitCode: ExitCode = exitCodeOf(problem),
  ) {
    super(`${problem.code}: ${problem.detail}`);
  }
}

type Given = Partial<Pick<Problem, 'hint' | 'effect' | 'issues' | 'cause' | 'status' | 'executionId'>>;

/** An error object of this side's own. In the registry's vocabulary the command line is part of the client: `sdk`. */
export const ownProblem = (code: ErrorCode, detail: string, given: Given = {}): Problem => ({
  ...problem(code, { detail, source: 'sdk', retryable: false }),
  ...given,
});

/** The command line itself is wrong: nothing was sent. */
export const usageFailure = (detail: string, hint: string, code: ErrorCode = 'REQUEST_INVALID'): CliFailure =>
  new CliFailure(ownProblem(code, detail, { hint, effect: 'none' }), EXIT.usage);
