import { INPUT_LIMITS, scanJson } from '@action-do/contracts';
import { RequestRefused } from './request-refused.js';

/**
 * The body as it came, checked: the scanner runs before anything else looks into it.
 * @throws RequestRefused BODY_INVALID, PAYLOAD_TOO_LARGE
 */
export function readBody(body: unknown): Uint8Array {
  const bytes = body instanceof Uint8Array ? body : new Uint8Array();
  const scan = scanJson(bytes, INPUT_LIMITS);
  if (scan.ok) return bytes;
  const { code, path, message, offset } = scan.problem;
  throw new RequestRefused(code === 'BODY_TOO_LARGE' ? 'PAYLOAD_TOO_LARGE' : 'BODY_INVALID', {
    detail: `${path || 'The body'}, byte ${offset}: ${message}`,
    issues: [{ path, code, message }],
  });
}
