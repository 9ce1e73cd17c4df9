import type { ActionRef } from './catalogue-wire.js';
import type { WaitOptions } from './check-call.js';
import { localProblem } from './local-problem.js';
import { pathSegment } from './path-segment.js';
import { isObject } from './read-answer.js';
import type { Problem } from './wire.js';

export interface RetireRequest extends ActionRef, WaitOptions {
  /** What to call instead: `name@version`, or both apart. Default: the newest version of the same action that is left. */
  readonly successor?: ActionRef | string | undefined;
  /** Why, for whoever reads the audit trail later: 1 to 1,000 characters. Recorded with the actor. */
  readonly reason: string;
}

type Checked = { ok: true; path: string } | { ok: false; problem: Problem };

/** The gateway's bound; lengths as JavaScript counts them. */
const REASON_LENGTH_MAX = 1_000;
const REF = /^[^@]+@[1-9]\d{0,8}$/;

/** What is sent, or what of it cannot be. The platform looks at the rest. */
export function checkRetire(request: RetireRequest): Checked {
  if (!isObject(request))
    return refuse('There is nothing to retire: write an object with name, version and reason.');
  const { name, version, successor, reason } = request;
  if (typeof name !== 'string' || name === '') return refuse('name is missing: write the name of an action.');
  if (!isVersion(version))
    return refuse('version is missing: write the version to retire, a whole number from 1.');
  if (typeof reason !== 'string' || reason.trim() === '') return refuse('reason is missing: say why.');
  if (reason.length > REASON_LENGTH_MAX)
    return refuse(`reason is longer than ${REASON_LENGTH_MAX} characters.`);
  const instead = successor === undefined ? '' : refOf(successor);
  if (instead === undefined)
    return refuse("successor is no version of an action: write 'name@version', or { name, version }.");
  const query = [
    `reason=${pathSegment(reason)}`,
    ...(instead === '' ? [] : [`successor=${pathSegment(instead)}`]),
  ];
  return { ok: true, path: `/v1/actions/${pathSegment(name)}/versions/${version}?${query.join('&')}` };
}

const isVersion = (version: unknown): boolean => Number.isSafeInteger(version) && Number(version) > 0;

function refOf(successor: unknown): string | undefined {
  const text = isObject(successor) ? `${successor['name']}@${successor['version']}` : successor;
  return typeof text === 'string' && REF.test(text) ? text : undefined;
}

const refuse = (detail: string): Checked => ({
  ok: false,
  problem: localProblem('REQUEST_INVALID', { detail, effect: 'none' }),
});
