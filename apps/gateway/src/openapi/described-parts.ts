import { ERRORS, type ErrorCode } from '@action-do/contracts';
import { HTTP_STATUS } from '../http/http-status.js';
import { ANSWER_HEADER_REFS } from './described-headers.js';

/** A schema of the document's own. */
export const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
export const json = (schema: object, description: string, headers: object = {}) => ({
  description,
  headers,
  content: { 'application/json': { schema } },
});
export const path = (name: string, description: string) => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string' },
});

/** Every problem an operation may answer with, by status, from the registry of codes. */
export function problems(...codes: ErrorCode[]) {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes)
    byStatus.set(HTTP_STATUS[code], [...(byStatus.get(HTTP_STATUS[code]) ?? []), code]);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      String(status),
      {
        description: group.map((code) => `${code}: ${ERRORS[code].title}.`).join(' '),
        headers: ANSWER_HEADER_REFS,
        content: { 'application/problem+json': { schema: ref('Problem') } },
      },
    ]),
  );
}

/** What every operation that wants a key may answer with. */
export const ALWAYS: ErrorCode[] = ['REQUEST_INVALID', 'UNAUTHENTICATED', 'UNAVAILABLE', 'INTERNAL'];

/** What a recorded failure may say, to its first caller and to all later ones. */
export const OUTCOMES: ErrorCode[] = [
  'PARAMS_INVALID',
  'ACTION_FAILED',
  'CANCELLED',
  'OUTCOME_UNKNOWN',
  'RESULT_INVALID',
  'RESULT_TOO_LARGE',
  'ATTEMPTS_EXHAUSTED',
  'TIMED_OUT',
  'NO_HANDLER',
];
