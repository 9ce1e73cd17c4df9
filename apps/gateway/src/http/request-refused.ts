import { type ErrorCode, type Problem, problem } from '@action-do/contracts';

/** Thrown anywhere in the gateway to end a request with an error object. */
export class RequestRefused extends Error {
  readonly problem: Problem;
  constructor(code: ErrorCode, given: Partial<Omit<Problem, 'code'>> = {}) {
    super(given.detail ?? code);
    this.name = 'RequestRefused';
    this.problem = problem(code, { source: 'gateway', ...given });
  }
}
