import { Writable } from 'node:stream';
import { ado, execution, json, list, refusal } from './testing/ado.contract.js';

describe('help', () => {
  it.each([['--help'], ['help'], ['help', 'exec'], ['exec', '--help'], ['audit', 'help', 'show']])(
    'asked for is data, and all is well: %s %s',
    async (...argv) => {
      const { exitCode, out, err } = await ado(argv);
      expect([exitCode, out, err]).toEqual([0, expect.stringMatching(/^Usage: ado/), '']);
    },
  );

  it('not asked for goes to stderr, and is a mistake of usage', async () => {
    for (const argv of [[], ['audit'], ['views']]) {
      const { exitCode, out, err } = await ado(argv);
      expect([exitCode, out, err]).toEqual([2, '', expect.stringMatching(/^Usage: ado/)]);
    }
  });

  it('is as wide as the terminal', async () => {
    const { out } = await ado(['exec', '--help'], { columns: 80 });
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

it('the version is that of the package', async () => {
  expect(await ado(['--version'])).toMatchObject({
    exitCode: 0,
    out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
});

describe('a command line that cannot be understood', () => {
  it.each([
    [['lss'], /Unknown command 'lss' \(Did you mean ls\?\)/],
    [['ls', '--actoin', 'x'], /Unknown option '--actoin' \(Did you mean --action\?\)/],
    [['ls', 'more'], /Too many arguments/],
    [['get'], /Missing required argument 'execution-id'/],
    [['ls', '-o', 'xml'], /table, json, ndjson, id/],
    [['ls', '--limit', '1e3'], /whole number from 1/],
    [['audit', 'ls', '--limit', '0'], /whole number from 1/],
  ])('is said in one sentence, with exit code 2: %j', async (argv, said) => {
    const { exitCode, out, err } = await ado(argv);
    expect([exitCode, out, err]).toEqual([2, '', expect.stringMatching(said)]);
    expect(err.match(/^error/gm)).toHaveLength(1);
  });

  it.each([
    [['-o', 'json']],
    [['ls', '--nope', '-o', 'ndjson']],
    [['-o', 'json', 'exec', 'x', '--params', '{']],
  ])('is one error object where programs read: %j', async (argv) => {
    const { exitCode, err } = await ado(argv);
    expect([exitCode, JSON.parse(err)]).toMatchObject([2, { source: 'sdk', retryable: false }]);
  });
});

describe('output', () => {
  const answers = { 'GET /v1/executions': list([execution({ status: 'failed' })]) };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
  const COLOUR = /\u001b\[/;

  it('has colours on a terminal', async () => {
    expect((await ado(['ls'], { answers, tty: true })).out).toMatch(COLOUR);
    expect((await ado(['nope'], { tty: true })).err).toMatch(COLOUR);
  });

  it('has none when piped, nor with NO_COLOR', async () => {
    for (const given of [{}, { tty: true, env: { NO_COLOR: '1' } }, { tty: true, env: { TERM: 'dumb' } }])
      expect((await ado(['ls'], { answers, ...given })).out).not.toMatch(COLOUR);
  });

  it('whose reader leaves (| head) ends quietly, and asks for no more', async () => {
    const leaves = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('EPIPE'), { code: 'EPIPE' })),
    });
    const endless = { 'GET /v1/executions': list([execution()], { nextCursor: 'c' }) };
    const { exitCode, err, asked } = await ado(['ls', '--all'], { answers: endless, stdout: leaves });
    expect([exitCode, err, asked.length]).toEqual([0, '', 1]);
  });

  it('that cannot be written is no success', async () => {
    const full = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })),
    });
    const { exitCode, err } = await ado(['ls'], { answers, stdout: full });
    expect([exitCode, err]).toEqual([6, expect.stringContaining('ENOSPC')]);
  });
});

describe('Ctrl-C', () => {
  it('ends a question with 130', async () => {
    const pressed = new AbortController();
    const hangs = () => {
      pressed.abort();
      return Promise.reject(pressed.signal.reason);
    };
    const { exitCode, err } = await ado(['ls'], {
      answers: { 'GET /v1/executions': hangs },
      signal: pressed.signal,
    });
    expect([exitCode, err]).toEqual([130, expect.stringContaining('Interrupted.')]);
  });
});

describe('a refusal of the platform', () => {
  it('that passes is waited for, a few times', async () => {
    const busy = refusal(503, 'UNAVAILABLE', { retryAfterMs: 100 });
    const recovers = await ado(['ls', '-o', 'id'], {
      answers: { 'GET /v1/executions': [busy, busy, list([])] },
    });
    expect([recovers.exitCode, recovers.asked.length]).toEqual([0, 3]);
    const stays = await ado(['ls'], { answers: { 'GET /v1/executions': busy } });
    expect([stays.exitCode, stays.asked.length]).toEqual([7, 4]);
  });

  it('is shown as far as it can be understood', async () => {
    const odd = json(429, { code: 'X', title: 't', detail: 'd', hint: 'h', issues: 'y', retryAfterMs: 'z' });
    const { exitCode, err } = await ado(['ls'], { answers: { 'GET /v1/executions': odd } });
    expect([exitCode, err]).toEqual([
      9,
      'error  X  t\n       d\n       next  h\n       more  ado errors X\n',
    ]);
  });

  it('that asks for a long pause is told instead', async () => {
    const limited = refusal(429, 'RATE_LIMITED', { retryAfterMs: 60_000 });
    const { exitCode, asked } = await ado(['ls'], { answers: { 'GET /v1/executions': limited } });
    expect([exitCode, asked.length]).toEqual([9, 1]);
  });

  it('cut off in its middle is no answer of the platform', async () => {
    const cut = () => new Response('{"items":[', { headers: { 'Content-Type': 'application/json' } });
    expect((await ado(['ls'], { answers: { 'GET /v1/executions': cut } })).exitCode).toBe(7);
    expect((await ado(['ls'], { answers: { 'GET /v1/executions': json(200, {}) } })).err).toMatch(
      /not a list/,
    );
  });
});
