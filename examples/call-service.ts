/**
 * How an action asks a service over HTTP, so that what it says of the effect is true whatever happens:
 *
 * S1 Where no connection came about, or none was tried any more, nothing happened: effect none, and it may be tried again.
 * S2 An answer 4xx is a refusal, and the service's own code is handed on: effect none; only 429 may be tried again.
 * S3 After anything else (5xx, no answer, half of one, one that makes no sense) the service may have done its work or
 *    not: effect unknown, may be tried again. What that means for the execution is decided by the action's class.
 * S4 A question that only reads (GET) has no effect, however it ends.
 * S5 S1 to S4 speak of one question. Behind a step that was done no failure may say "effect none": `behind` says so.
 */
import { ActionError, type EffectState, isActionError } from '@do-sdk/actions';
import { z } from 'zod';

export interface ServiceRequest<A> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Behind the service's address, values in it encoded. */
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** What an answer 2xx has to be. */
  readonly answer: z.ZodType<A>;
  /** Of the attempt: once it is given up nobody waits for the answer. */
  readonly signal: AbortSignal;
}

export interface Service {
  /** @throws ActionError by S1 to S4 */
  ask<A>(request: ServiceRequest<A>): Promise<A>;
}

const ANSWER_BYTES_MAX = 256 * 1024;
/** Of what went wrong before there was a connection. */
const NEVER_SENT = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;
const Refused = z.object({
  code: z
    .string()
    .regex(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/)
    .max(64),
  message: z.string(),
});

/** @param url of the service, such as http://127.0.0.1:8425  @param send `fetch`, or what stands before it */
export function serviceAt(url: string, send: typeof fetch = fetch): Service {
  return {
    ask: async ({ method, path, body, headers, answer, signal }) => {
      const inDoubt: EffectState = method === 'GET' ? 'none' : 'unknown';
      const doubtful = (code: string, message: string, cause?: unknown) =>
        new ActionError({ code, message, retryable: true, effect: inDoubt, cause });
      if (signal.aborted) throw nothingSent('ABORTED', 'given up before anything was sent');
      let status: number;
      let text: string;
      try {
        const response = await send(new URL(path, url), {
          method,
          signal,
          redirect: 'error',
          headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        status = response.status;
        text = await textOf(response);
      } catch (error) {
        if (wasNeverSent(error))
          throw nothingSent(
            'SERVICE_UNREACHABLE',
            `nobody answers at ${url}: is the outside world running?`,
            error,
          );
        throw doubtful('ANSWER_LOST', `no answer came to ${method} ${path}: ${wordsOf(error)}`, error);
      }
      const value = jsonOf(text);
      if (status >= 400 && status < 500) throw refusalOf(status, value);
      if (status >= 300)
        throw doubtful('SERVICE_FAILED', `the service answered ${status} to ${method} ${path}`);
      const parsed = answer.safeParse(value);
      if (!parsed.success) throw doubtful('ANSWER_INVALID', `the answer to ${method} ${path} makes no sense`);
      return parsed.data;
    },
  };
}

const nothingSent = (code: string, message: string, cause?: unknown): ActionError =>
  new ActionError({ code, message, retryable: true, effect: 'none', cause });

function refusalOf(status: number, value: unknown): ActionError {
  const said = Refused.safeParse(value);
  const { code, message } = said.success
    ? said.data
    : { code: 'SERVICE_REFUSED', message: `the service answered ${status}` };
  return new ActionError({ code, message, retryable: status === 429, effect: 'none', details: { status } });
}

/** @throws Error it is larger than anything that this service has to say */
async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > ANSWER_BYTES_MAX) throw new Error(`the answer has more than ${ANSWER_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `fetch` says "fetch failed", and the reason is behind it. */
const causeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'cause' in error && error.cause ? error.cause : error;

function wasNeverSent(error: unknown): boolean {
  const cause = causeOf(error);
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return false;
  return NEVER_SENT.test(String(cause.code));
}

function wordsOf(error: unknown): string {
  const cause = causeOf(error);
  return cause instanceof Error ? cause.message : String(cause);
}

/**
 * For `catch` of whatever is asked once something was done, by this attempt or one before it: "nothing happened" is true
 * of that question alone. Doubt stays doubt.
 * @param done what was done, such as "the account is open"
 */
export const behind =
  (done: string) =>
  (error: unknown): never => {
    if (!isActionError(error) || error.effect !== 'none') throw error;
    const { code, message, retryable, details } = error;
    throw new ActionError({
      code,
      message: `${done}: ${message}`,
      retryable,
      effect: 'applied',
      ...(details !== undefined && { details }),
      cause: error,
    });
  };

/** Where the sample actions find their services. @param env OUTSIDE_WORLD_URL, default http://127.0.0.1:8425 */
export function outsideWorldUrl(env: Readonly<Record<string, string | undefined>>): string {
  const url = env['OUTSIDE_WORLD_URL'] || 'http://127.0.0.1:8425';
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new Error('OUTSIDE_WORLD_URL must be such as http://127.0.0.1:8425');
}
