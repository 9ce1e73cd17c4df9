import { HEADERS, INPUT_LIMITS, parsePublicPosition, scanJson, TenantName } from '@action-do/contracts';
import { type BusHeaders, header } from '@action-do/messaging';
import type { z } from 'zod';
import { refused } from './message-refused.js';

/** Enough to correct a query by; it must not come back larger than it was sent. */
const ISSUES_MAX = 20;
const ISSUE_LENGTH_MAX = 200;
/** How long a question waits for the views at most, and where it does not say. */
const WAIT_MS_MAX = 5_000;

const decoder = new TextDecoder();

/** @throws MessageRefused */
export function readTenant(token: string | undefined): TenantName {
  const tenant = TenantName.safeParse(token);
  if (tenant.success) return tenant.data;
  throw refused('REQUEST_INVALID', { detail: 'The subject names no tenant.' });
}

/** The body of a list, looked at before anything parses it. @throws MessageRefused */
export function readQuery<T>(payload: Uint8Array, schema: z.ZodType<T>): T {
  const scanned = scanJson(payload, INPUT_LIMITS);
  if (!scanned.ok) {
    const { code, path, message, offset } = scanned.problem;
    throw refused(code === 'BODY_TOO_LARGE' ? 'PAYLOAD_TOO_LARGE' : 'BODY_INVALID', {
      detail: `${path || 'The body'}, byte ${offset}: ${message}`,
      issues: [{ path, code, message }],
    });
  }
  const body: unknown = JSON.parse(decoder.decode(payload));
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw refused('BODY_INVALID', { detail: 'The body must be one JSON object: the query.' });
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, ISSUES_MAX).map(({ path, code, message }) => ({
    path: path.map(String).join('.').slice(0, ISSUE_LENGTH_MAX),
    code,
    message: message.slice(0, ISSUE_LENGTH_MAX),
  }));
  throw refused('REQUEST_INVALID', {
    detail: `${issues[0]?.path || 'The query'}: ${issues[0]?.message}.`,
    issues,
  });
}

/** The position that the views must have reached, if one is named. @throws MessageRefused it is of another log, or none */
export function readMinPosition(headers: BusHeaders, logId: string): bigint | null {
  const text = header(headers, HEADERS.minPosition);
  if (text === undefined) return null;
  const parsed = parsePublicPosition(text);
  if (parsed === null)
    throw refused('REQUEST_INVALID', {
      detail: `${HEADERS.minPosition} must be a position as answers give it, such as ${logId}-42.`,
    });
  if (parsed.logId === logId) return parsed.position;
  throw refused('POSITION_FOREIGN', {
    detail: `${HEADERS.minPosition} belongs to another log than this one, which is ${logId}.`,
  });
}

/** How long the sender lets us wait for that, milliseconds. @throws MessageRefused */
export function readWait(headers: BusHeaders): number {
  const text = header(headers, HEADERS.timeoutMs);
  if (text === undefined) return WAIT_MS_MAX;
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text), WAIT_MS_MAX);
  throw refused('REQUEST_INVALID', { detail: `${HEADERS.timeoutMs} must be whole milliseconds.` });
}
