import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { until } from '@action-do/test-support';
import { emptyFolder, execution, ID } from './testing/ado.contract.js';

/** What `ado` is linked to, and what it needs; the run of all tests builds it first. */
const ADO = fileURLToPath(new URL('../bin/ado.mjs', import.meta.url));
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const ROWS = 300;

let server: Server;
let baseUrl = '';
let pages = 0;
const hanging: string[] = [];

const answer: RequestListener = (request, response) => {
  const send = (status: number, body: object) =>
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  const { pathname } = new URL(request.url ?? '/', 'http://do.test');
  if (request.headers.authorization !== 'Bearer do_key')
    return send(401, { code: 'UNAUTHENTICATED', title: 't', detail: 'd', hint: 'h' });
  if (pathname === '/v1/executions') {
    pages += 1;
    const items = Array.from({ length: 100 }, () => execution({ params: { note: 'x'.repeat(500) } }));
    return send(200, { items, nextCursor: pages % 3 === 0 ? null : `c${pages}`, lagEvents: '0' });
  }
  if (pathname === '/v1/actions/hang/executions') return hanging.push(pathname);
  let text = '';
  request.on('data', (chunk) => {
    text += chunk;
  });
  return request.on('end', () => send(200, { result: JSON.parse(text), execution: execution() }));
};

beforeAll(async () => {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is not there: run npm run build first`);
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  pages = 0;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function start(argv: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [ADO, ...argv], {
    cwd: emptyFolder(),
    env: { PATH: process.env['PATH'], DO_API_KEY: 'do_key', DO_BASE_URL: baseUrl, ...env },
  });
  return { child, ended: endOf(child) };
}

function endOf(
  child: ChildProcessWithoutNullStreams,
): Promise<{ code: number | null; out: string; err: string }> {
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

describe('the built ado, as a process', () => {
  it('takes params from a pipe and prints the outcome', async () => {
    const { child, ended } = start(['exec', 'echo', '--params', '-', '-o', 'ndjson']);
    child.stdin.end('{"a":"ü"}');
    const { code, out, err } = await ended;
    expect([code, err, JSON.parse(out)]).toEqual([
      0,
      '',
      { result: { params: { a: 'ü' } }, execution: execution() },
    ]);
  });

  it('ends at once, and with all that it had to say in the pipe', async () => {
    const { code, out } = await start(['ls', '--all', '-o', 'json']).ended;
    expect([code, JSON.parse(out).length]).toEqual([0, ROWS]);
    expect(JSON.parse(out)[ROWS - 1].id).toBe(ID);
  });

  it('ends quietly where its reader leaves, and does not read on', async () => {
    const { child, ended } = start(['ls', '--all', '-o', 'ndjson']);
    child.stdout.once('data', () => child.stdout.destroy());
    const { code, err } = await ended;
    expect([code, err]).toEqual([0, '']);
    expect(pages).toBeLessThan(3);
  });

  it.each([
    ['nothing is wrong', ['errors'], {}, 0],
    ['it is called wrongly', ['lss'], {}, 2],
    ['there is no key', ['ls'], { DO_API_KEY: '' }, 3],
    ['the key is wrong', ['ls'], { DO_API_KEY: 'other' }, 3],
    ['nobody answers', ['ls'], { DO_BASE_URL: 'http://127.0.0.1:1' }, 7],
  ])('tells by its exit code that %s', async (_what, argv, env, code) => {
    const ended = await start(argv, env).ended;
    expect(ended.code).toBe(code);
    expect(ended.err).not.toMatch(/\n\s+at /);
  });

  it('is interrupted by Ctrl-C with 130, and says that the work goes on', async () => {
    const { child, ended } = start(['exec', 'hang']);
    await until('the call has arrived', () => hanging.length > 0);
    child.kill('SIGINT');
    const { code, err } = await ended;
    expect([code, err]).toEqual([130, expect.stringMatching(/goes on/)]);
  });
});
