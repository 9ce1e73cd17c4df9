import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { type ErrorCode, problem } from '@action-do/contracts';
import { runCli } from '../run-cli.js';
import type { Surroundings } from '../surroundings.js';

/** One request as a command made it. */
export interface Asked {
  readonly method: string;
  /** With its query, as it was sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: string | undefined;
  /** 'manual' = a redirect is not followed. */
  readonly redirect?: string | undefined;
}
export type Answering = (asked: Asked) => Response | Promise<Response>;

export interface Given {
  /** `GET /v1/views` → its answers in order, the last for all that follow. */
  readonly answers?: Readonly<Record<string, Answering | readonly Answering[]>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string;
  readonly columns?: number;
  readonly tty?: boolean;
  readonly stdout?: Writable;
  readonly signal?: AbortSignal;
  readonly runNpm?: Surroundings['runNpm'];
}

export const NOW = Date.parse('2030-01-01T12:00:00Z');
export const BASE_URL = 'http://do.test';

let folders: string | undefined;
afterAll(() => {
  if (folders !== undefined) rmSync(folders, { recursive: true, force: true });
});

/** In a folder of the spec file's that goes after its last test. */
export function emptyFolder(): string {
  folders ??= mkdtempSync(join(tmpdir(), 'ado-'));
  return mkdtempSync(join(folders, 'empty-'));
}

/** Runs one command line against answers that are written down; time passes only by sleeping. */
export async function ado(argv: readonly string[], given: Given = {}) {
  const asked: Asked[] = [];
  const out = collector();
  const err = collector();
  let now = NOW;
  const surroundings: Surroundings = {
    env: { DO_API_KEY: 'do_key', DO_BASE_URL: BASE_URL, ...given.env },
    stdout: given.stdout ?? out.stream,
    stderr: err.stream,
    stdin: Readable.from([given.stdin ?? '']),
    fetch: (input, init = {}) => {
      const url = new URL(String(input));
      const request: Asked = {
        method: init.method ?? 'GET',
        path: url.pathname + url.search,
        query: url.searchParams,
        headers: new Headers(init.headers),
        body: typeof init.body === 'string' ? init.body : undefined,
        redirect: init.redirect,
      };
      asked.push(request);
      const route = `${request.method} ${url.pathname}`;
      const times = asked.filter((one) => `${one.method} ${one.path.split('?')[0]}` === route).length;
      const answers = [given.answers?.[route] ?? refusal(404, 'NOT_FOUND')].flat();
      const answer = answers[Math.min(times, answers.length) - 1];
      return Promise.resolve(request).then(answer);
    },
    runNpm: given.runNpm ?? (async () => ({ code: -1, said: 'there is no npm here' })),
    cwd: given.cwd ?? emptyFolder(),
    nowMs: () => now,
    sleep: async (ms) => {
      now += ms;
    },
    isTTY: { stdout: given.tty ?? false, stderr: given.tty ?? false },
    columns: given.columns,
    signal: given.signal ?? new AbortController().signal,
  };
  const exitCode = await runCli(argv, surroundings);
  return { exitCode, out: out.text(), err: err.text(), asked };
}

function collector() {
  let text = '';
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      text += String(chunk);
      done();
    },
  });
  return { stream, text: () => text };
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answering =>
  () =>
    new Response(JSON.stringify(body), {
      status,
      headers: { 'Content-Type': 'application/json', ...headers },
    });
export const refusal = (
  status: number,
  code: ErrorCode,
  given: Parameters<typeof problem>[1] = {},
): Answering => json(status, { ...problem(code, { source: 'gateway', ...given }), status });
/** As Node reports it. */
export const noConnection: Answering = () => {
  throw new TypeError('fetch failed', {
    cause: Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:8420'), { code: 'ECONNREFUSED' }),
  });
};

export const ID = `exe_${'0123456789abcdef'.repeat(2)}-1`;
export const execution = (change: object = {}) => ({
  id: ID,
  action: 'send-invoice',
  version: 2,
  status: 'succeeded',
  effect: 'applied',
  generation: 1,
  attempts: 1,
  idempotencyKey: 'auto:77',
  keyDerived: true,
  replayed: false,
  actor: { type: 'api_key', id: 'default-abc' },
  requestedAt: '2030-01-01T00:00:00.000Z',
  startedAt: '2030-01-01T00:00:00.001Z',
  endedAt: '2030-01-01T00:00:00.012Z',
  durationMs: 12,
  nextAttemptAt: null,
  position: 'log-7',
  workflowRun: null,
  step: null,
  ...change,
});
export const list = (items: readonly object[], change: object = {}): Answering =>
  json(200, { items, nextCursor: null, position: 'log-9', lagEvents: '0', ...change });
