import { LOCAL, localProblem } from './local-problem.js';
import type { Problem } from './wire.js';

/** What came back. `again`: the same request should be repeated. */
export type Answer =
  | { kind: 'ok'; status: number; body: Record<string, unknown>; retryAfterMs?: number }
  | { kind: 'refused'; problem: Problem; again: boolean; retryAfterMs?: number };

/** Answers that proxies give when what is behind them does not. */
const BUSY = [429, 502, 503, 504];

/** @throws the body was cut off, or says JSON and is none: as good as no answer */
export async function readAnswer(response: Response, nowMs: number): Promise<Answer> {
  const { status, headers } = response;
  const pause = retryAfter(headers.get('Retry-After'), nowMs);
  const text = await response.text();
  const isJson = /^application\/(problem\+)?json\b/i.test(headers.get('Content-Type') ?? '');
  const body: unknown = isJson ? JSON.parse(text) : undefined;
  if (response.ok && isObject(body)) return { kind: 'ok', status, body, ...pause };
  const should = headers.get('Do-Should-Retry');
  if (isProblem(body)) {
    const retryAfterMs = body.retryAfterMs ?? pause.retryAfterMs;
    const again = should === null ? status === 429 || status === 503 : should === 'true';
    return { kind: 'refused', problem: body, again, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }
  const again = should === null ? BUSY.includes(status) : should === 'true';
  return { kind: 'refused', problem: foreignAnswer(response), again, ...pause };
}

/** The answer is of somebody else: a proxy, or another server at the same address. */
function foreignAnswer({ status, headers }: Response): Problem {
  if (status === 0 || (status >= 300 && status < 400)) {
    const target = headers.get('Location') ?? 'another address';
    return localProblem('REQUEST_INVALID', {
      detail: `baseUrl answers with a redirect to ${target}.`,
      hint: 'Set baseUrl to where it leads.',
      effect: 'none',
      ...(status > 0 && { status }),
    });
  }
  const type = headers.get('Content-Type') ?? 'no content type';
  const detail = `The answer (${status}, ${type}) is not from an action.do gateway.`;
  const hint = `${LOCAL.UNAVAILABLE[1]} If it stays, check baseUrl.`;
  if (status === 429) return localProblem('RATE_LIMITED', { detail, status, effect: 'none' });
  if (status >= 500) return localProblem('UNAVAILABLE', { detail, hint, status, effect: 'unknown' });
  return localProblem('REQUEST_INVALID', { detail, hint: 'Check baseUrl.', status, effect: 'unknown' });
}

/** Seconds or an HTTP date. */
function retryAfter(header: string | null, nowMs: number): { retryAfterMs?: number } {
  if (header === null) return {};
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? {} : { retryAfterMs: Math.max(ms, 0) };
}

const isProblem = (body: unknown): body is Problem =>
  isObject(body) && ['code', 'title', 'detail', 'hint'].every((member) => typeof body[member] === 'string');

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
