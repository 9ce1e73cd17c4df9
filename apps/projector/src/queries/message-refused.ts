import { type Problem, problem } from '@action-do/contracts';

/** A question that is refused: carries the error object for the sender. */
export class MessageRefused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.name = 'MessageRefused';
  }
}

export const refused = (...given: Parameters<typeof problem>): MessageRefused =>
  new MessageRefused(problem(...given));

/** Nothing is wrong with the question: it can be asked again. */
export const unavailable = (detail: string): MessageRefused =>
  refused('UNAVAILABLE', { detail, retryAfterMs: 1_000, effect: 'none' });
