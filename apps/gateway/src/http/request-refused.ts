import { type ErrorCode, type Problem, problem } from '@action-do/contracts';

/** Thrown anywhere in the gateway to end a request with an error object. */
export class RequestRefused extends Error {
  readonly problem: Problem;
  /** @param cause for the log, where the code is INTERNAL: the caller is told nothing of it */
  constructor(code: ErrorCode, given: Partial<Omit<Problem, 'code'>> = {}, cause?: unknown) {
    super(given.detail ?? code, { cause });
    this.name = 'RequestRefused';
    this.problem = problem(code, { source: 'gateway', ...given });
  }
}
