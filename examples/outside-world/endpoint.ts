import type { z } from 'zod';

export interface Question<B> {
  /** What stands in the path for `{name}`. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  header(name: string): string | undefined;
  readonly body: B;
}

export interface Answer {
  readonly status: number;
  readonly body: object;
}

/** One door of a service. */
export interface Endpoint {
  /** What faults are told by, such as `cards.charge`. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Such as `/cards/charges/{id}/refund`. */
  readonly path: string;
  /** @throws Refusal the body does not fit, or the service does not want what it says */
  answer(question: Question<unknown>): Answer;
}

/** Records that something was done outside. @throws Refusal there is no room: nothing is to be done then */
export type Did = (what: string, facts: Readonly<Record<string, string | number>>) => void;

/** A service says no: nothing was done. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** A door through which a body comes, which is checked before anything else. */
export const taking = <B>(
  body: z.ZodType<B>,
  { answer, ...door }: Omit<Endpoint, 'answer'> & { answer(question: Question<B>): Answer },
): Endpoint => ({
  ...door,
  answer: (question) => {
    const parsed = body.safeParse(question.body);
    if (parsed.success) return answer({ ...question, body: parsed.data });
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
    throw new Refusal(422, 'BODY_INVALID', issues.join('; '));
  },
});
