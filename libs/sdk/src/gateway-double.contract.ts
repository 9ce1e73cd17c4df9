import { ActionApi } from './action-api.js';
import { ActionsApi } from './actions-api.js';
import { AuditApi } from './audit-api.js';
import { type ConnectionOptions, connect } from './connection.js';
import type { Clock } from './platform.js';
import type { ActionLike } from './typed-actions.js';
import type { Execution, Problem } from './wire.js';

/**
 * The gateway's side of the conversation, scripted answer by answer, and a clock that runs only while everybody waits:
 * whenever nothing else is left to do, it jumps to the next timer. So no test sleeps, and a call that would take
 * a minute takes none.
 */
export class SimClock implements Clock {
  nowMs = Date.parse('2030-01-01T00:00:00.000Z');
  chance = 0.5;
  #timers: { atMs: number; fire: () => void }[] = [];

  now = () => this.nowMs;
  random = () => this.chance;

  after(ms: number, fire: () => void): () => void {
    const timer = { atMs: this.nowMs + ms, fire };
    this.#timers.push(timer);
    setImmediate(() => this.#fireNext());
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  pass(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  #fireNext(): void {
    const next = this.#timers.toSorted((a, b) => a.atMs - b.atMs)[0];
    if (!next) return;
    this.#timers = this.#timers.filter((other) => other !== next);
    this.nowMs = Math.max(this.nowMs, next.atMs);
    next.fire();
  }
}

export interface Seen {
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string | undefined;
  readonly signal: AbortSignal;
}
export type Answering = (seen: Seen, clock: SimClock) => Response | Promise<Response>;

/** A client whose requests are answered by the script, the last line of it for ever. */
export function scripted(script: readonly Answering[], options: ConnectionOptions = {}, apiKey?: string) {
  const clock = new SimClock();
  const seen: Seen[] = [];
  const warnings: string[] = [];
  const fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const request: Seen = {
      atMs: clock.now(),
      method: init.method ?? 'GET',
      path: String(input).replace('http://do.test', ''),
      headers: new Headers(init.headers),
      body: typeof init.body === 'string' ? init.body : undefined,
      signal: init.signal ?? new AbortController().signal,
    };
    const answer = script[Math.min(seen.push(request), script.length) - 1];
    if (!answer) throw new Error('the script is empty');
    return answer(request, clock);
  };
  const base = { baseUrl: 'http://do.test/', fetch, onWarning: (text: string) => warnings.push(text) };
  const connection = connect(apiKey ?? 'do_key', { ...base, ...options }, clock);
  const action = new ActionApi<readonly ActionLike[]>(connection);
  const apis = { action, actions: new ActionsApi(connection), audit: new AuditApi(connection) };
  return { ...apis, clock, seen, warnings };
}

export const execution = (change: Partial<Execution> = {}): Execution => ({
  id: 'exe_0123-1',
  action: 'send-welcome-email',
  version: 1,
  status: 'succeeded',
  effect: 'applied',
  generation: 1,
  attempts: 1,
  idempotencyKey: 'auto:77',
  keyDerived: true,
  replayed: false,
  actor: { type: 'key', id: 'key_1' },
  requestedAt: '2030-01-01T00:00:00.000Z',
  startedAt: '2030-01-01T00:00:00.001Z',
  endedAt: '2030-01-01T00:00:00.002Z',
  durationMs: 2,
  nextAttemptAt: null,
  position: 'log-7',
  workflowRun: null,
  step: null,
  ...change,
});

export const problem = (change: Partial<Problem> = {}): Problem => ({
  type: 'https://action.do/errors/ACTION_FAILED',
  title: 'The action failed',
  code: 'ACTION_FAILED',
  detail: 'The action failed.',
  hint: 'See cause for what the action said.',
  source: 'action',
  retryable: false,
  docUrl: 'https://action.do/errors/ACTION_FAILED',
  ...change,
});

const respond = (status: number, type: string, body: string, headers: Record<string, string>) =>
  new Response(body, { status, headers: { 'Content-Type': type, ...headers } });
export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answering =>
  () =>
    respond(status, 'application/json', JSON.stringify(body), headers);
export const refusal =
  (
    status: number,
    change: Partial<Problem> & { execution?: Execution } = {},
    headers: Record<string, string> = {},
  ): Answering =>
  () =>
    respond(status, 'application/problem+json', JSON.stringify(problem({ status, ...change })), headers);
export const page =
  (status: number, headers: Record<string, string> = {}): Answering =>
  () =>
    respond(status, 'text/html', '<html>', headers);

export const done = json(200, { result: { messageId: 'm1' }, execution: execution() });
export const goesOn = json(202, { execution: execution({ status: 'running', effect: 'unknown' }) });
/** As Node reports it. */
export const noConnection: Answering = () => {
  throw new TypeError('fetch failed', {
    cause: Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:8420'), { code: 'ECONNREFUSED' }),
  });
};
export const cut: Answering = () => {
  throw new TypeError('fetch failed', {
    cause: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }),
  });
};
/** Never answers; ends when the client gives up. */
export const hangs: Answering = ({ signal }) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
/** Holds the answer as long as the client asked for, then gives it. */
export const afterTheWait =
  (answer: Answering): Answering =>
  async (seen, clock) => {
    await clock.pass(1_000 * Number(/wait=(\d+)/.exec(seen.headers.get('Prefer') ?? '')?.[1] ?? 0));
    return answer(seen, clock);
  };
