import { ControlBody, type ControlVerb, formatPath, ResolveBody } from '@action-do/contracts';
import type { z } from 'zod';
import { readBody } from '../http/read-body.js';
import { RequestRefused } from '../http/request-refused.js';

/** What HTTP carries in the body; which execution is meant stands in the path. */
export const ControlRequest = ControlBody.omit({ id: true }).meta({ id: 'ControlRequest' });
export const ResolveRequest = ResolveBody.omit({ id: true }).meta({ id: 'ResolveRequest' });

/** Enough to correct a body by. */
const ISSUES_MAX = 20;

/**
 * From a request's body to that of the command.
 * @throws RequestRefused BODY_INVALID, PAYLOAD_TOO_LARGE
 */
export function readControlRequest(verb: ControlVerb, id: string, body: unknown): ControlBody | ResolveBody {
  const given: unknown = JSON.parse(new TextDecoder().decode(readBody(body)));
  if (verb === 'resolve') return { id, ...parsed(ResolveRequest, given) };
  return { id, ...parsed(ControlRequest, given) };
}

function parsed<T>(schema: z.ZodType<T>, given: unknown): T {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const issues = read.error.issues.slice(0, ISSUES_MAX).map(({ path, code, message }) => ({
    path: formatPath(path.map((step) => (typeof step === 'symbol' ? String(step) : step))),
    code,
    message,
  }));
  const [first] = issues;
  throw new RequestRefused('BODY_INVALID', {
    detail: `${first?.path || 'The body'}: ${first?.message}.`,
    issues,
  });
}
