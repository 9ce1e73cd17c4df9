import type { Problem } from '@do-sdk/core';
import { CliFailure, ownProblem } from '../cli-failure.js';
import { EXIT } from '../exit-codes.js';
import { memberOf, reasonOf } from '../reason.js';

const MEMBERS = ['code', 'title', 'detail', 'hint'];

/** The error object of the platform, known by what is always in it. */
export const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' &&
  body !== null &&
  MEMBERS.every((name) => typeof Object.getOwnPropertyDescriptor(body, name)?.value === 'string');

const CHECK_ADDRESS = 'Check --base-url and DO_BASE_URL, or run: ado doctor.';

/** Somebody else answers: a proxy, or another server at the same address. */
export function foreignAnswer(baseUrl: string, status: number, headers: Headers): Problem {
  const target = headers.get('Location');
  const detail =
    target === null
      ? `${baseUrl} answers (${status}, ${headers.get('Content-Type') ?? 'no content type'}), but not as an action.do gateway does.`
      : `${baseUrl} answers with a redirect to ${target}.`;
  return ownProblem('UNAVAILABLE', detail, { hint: CHECK_ADDRESS, effect: 'none', status });
}

/** No answer came. @param thrown what fetch threw, or the reason in words */
export function unreachable(baseUrl: string, thrown: unknown): CliFailure {
  const reason = typeof thrown === 'string' ? thrown : whyOf(thrown);
  return new CliFailure(
    ownProblem('UNAVAILABLE', `No answer from ${baseUrl}: ${reason}.`, {
      hint: 'Is the platform running? npm start starts it; set --base-url or DO_BASE_URL if it is elsewhere.',
      effect: 'none',
    }),
    EXIT.unreachable,
  );
}

/** fetch says only "fetch failed"; why is in its cause. */
function whyOf(thrown: unknown): string {
  const cause = memberOf(thrown, 'cause');
  const code = memberOf(cause, 'code');
  return typeof code === 'string' ? code : reasonOf(cause ?? thrown);
}
