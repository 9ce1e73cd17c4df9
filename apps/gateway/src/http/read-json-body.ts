import { formatPath } from '@action-do/contracts';
import type { z } from 'zod';
import { readBody } from './read-body.js';
import { RequestRefused } from './request-refused.js';

/** Enough to correct a body by. */
const ISSUES_MAX = 20;

/**
 * The body, scanned and of this shape.
 * @throws RequestRefused BODY_INVALID, PAYLOAD_TOO_LARGE
 */
export function readJsonBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const read = schema.safeParse(JSON.parse(new TextDecoder().decode(readBody(body))));
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
