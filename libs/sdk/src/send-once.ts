import type { Connection } from './connection.js';
import { type Answer, isObject, readAnswer } from './read-answer.js';
import type { ErrorCause } from './wire.js';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the base URL, beginning with a slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** 'wait': the gateway holds its answer until the outcome is there, or the time is up. */
  readonly prefer?: 'wait' | 'respond-async';
}

export interface Waiting {
  readonly timeoutMs: number;
  /** Milliseconds since the Unix epoch. */
  readonly deadlineAtMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** No answer, or none that was waited for. `sent`: false where the request certainly did not arrive. */
export type Trouble = { kind: 'trouble'; cause: ErrorCause; sent: boolean };
export type Stopped = { kind: 'stopped'; why: 'aborted' | 'late'; sent: boolean };
export type Try = Answer | Trouble | Stopped;

/** The gateway is asked to hold an answer no longer than this, seconds: proxies cut what is silent for longer. */
const WAIT_S_MAX = 20;
/** The answer needs this long to come back after the wait. */
const MARGIN_MS = 200;

/** One HTTP request. Ends at the deadline, or when the caller's signal is aborted; never rejects. */
export async function sendOnce(connection: Connection, request: HttpRequest, waiting: Waiting): Promise<Try> {
  const { clock } = connection;
  const remainingMs = waiting.deadlineAtMs - clock.now();
  if (waiting.signal?.aborted) return { kind: 'stopped', why: 'aborted', sent: false };
  if (remainingMs <= 0) return { kind: 'stopped', why: 'late', sent: false };
  const controller = new AbortController();
  const abort = () => controller.abort();
  waiting.signal?.addEventListener('abort', abort);
  const cancelTimer = clock.after(remainingMs, abort);
  try {
    const response = await connection.fetch(`${connection.baseUrl}${request.path}`, {
      method: request.method,
      headers: { ...request.headers, ...prefer(request, remainingMs) },
      ...(request.body !== undefined && { body: request.body }),
      // A redirect would turn a POST into a GET without a word.
      redirect: 'manual',
      signal: controller.signal,
    });
    return await readAnswer(response, clock.now());
  } catch (thrown) {
    if (!controller.signal.aborted) return trouble(thrown);
    return { kind: 'stopped', why: waiting.signal?.aborted ? 'aborted' : 'late', sent: true };
  } finally {
    cancelTimer();
    waiting.signal?.removeEventListener('abort', abort);
  }
}

function prefer({ prefer: wish }: HttpRequest, remainingMs: number): Record<string, string> {
  if (wish === undefined) return {};
  if (wish === 'respond-async') return { Prefer: 'respond-async' };
  const waitS = Math.floor((remainingMs - MARGIN_MS) / 1_000);
  return { Prefer: `wait=${Math.min(Math.max(waitS, 1), WAIT_S_MAX)}` };
}

/** Codes, as Node, Bun and Deno spell them, that say that no connection came about. */
const NOT_SENT = /^(ECONNREFUSED|ConnectionRefused|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;

/**
 * fetch says only "fetch failed"; why is in the cause, where there is one. Read by structure, not by instanceof:
 * the error may come from another realm (a test runner's, an iframe's).
 */
function trouble(thrown: unknown): Trouble {
  const layers = [isObject(thrown) ? thrown['cause'] : undefined, thrown].filter(isObject);
  const textOf = (member: string) => layers.map((layer) => layer[member]).find((text) => isText(text));
  const code = textOf('code') ?? textOf('name') ?? 'Error';
  return { kind: 'trouble', cause: { code, message: textOf('message') ?? code }, sent: !NOT_SENT.test(code) };
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
