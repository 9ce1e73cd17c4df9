import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorCode } from '@action-do/contracts';
import { ado, emptyFolder, execution, ID, json, noConnection, refusal } from '../testing/ado.contract.js';

const ROUTE = 'POST /v1/actions/send-invoice/executions';
const done = { [ROUTE]: json(200, { result: { invoice: 'i1' }, execution: execution() }) };
const exec = (...more: string[]) => ['exec', 'send-invoice', ...more];

describe('ado exec', () => {
  it('prints the outcome for people', async () => {
    const { exitCode, out, err } = await ado(exec('--params', '{"cents":5}'), { answers: done });
    expect(out).toBe(`${ID}  send-invoice@2  succeeded
  requested  2030-01-01T00:00:00.000Z by default-abc
  started    2030-01-01T00:00:00.001Z
  ended      2030-01-01T00:00:00.012Z
  took       12 ms
  attempts   1
  effect     applied
  key        auto:77  (from the params)
result
{
  "invoice": "i1"
}
`);
    expect([exitCode, err]).toEqual([0, '']);
  });

  it.each(['json', 'ndjson'])('prints result and execution as %s', async (format) => {
    const { out } = await ado(exec('-o', format), { answers: done });
    expect(JSON.parse(out)).toEqual({ result: { invoice: 'i1' }, execution: execution() });
    expect(out.trimEnd().includes('\n')).toBe(format === 'json');
  });

  it('prints the id alone', async () => {
    expect((await ado(exec('-o', 'id'), { answers: done })).out).toBe(`${ID}\n`);
  });

  it('sends params, key, version and labels', async () => {
    const { asked } = await ado(
      exec('--params', '{"a":1}', '--key', 'k1', '--version', '2', '--metadata', 'a=b=c', '--metadata', 'd='),
      { answers: done },
    );
    expect(asked[0]?.path).toBe('/v1/actions/send-invoice/executions?version=2');
    expect(asked[0]?.headers.get('idempotency-key')).toBe('"k1"');
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ params: { a: 1 }, metadata: { a: 'b=c', d: '' } });
  });

  it('with --async prints the execution as soon as it is recorded', async () => {
    const answers = { [ROUTE]: json(202, { execution: execution({ status: 'running' }) }) };
    const { exitCode, out, asked } = await ado(exec('--async', '-o', 'json'), { answers });
    expect([exitCode, asked[0]?.headers.get('prefer')]).toEqual([0, 'respond-async']);
    expect(JSON.parse(out)).toEqual({ execution: execution({ status: 'running' }) });
  });

  it('takes params from a file and from standard input', async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'p.json'), '{"from":"file"}');
    const [file, input] = await Promise.all([
      ado(exec('--params', '@p.json'), { answers: done, cwd }),
      ado(exec('--params', '-'), { answers: done, stdin: '{"from":"stdin"}' }),
    ]);
    expect(JSON.parse(file.asked[0]?.body ?? '')).toEqual({ params: { from: 'file' } });
    expect(JSON.parse(input.asked[0]?.body ?? '')).toEqual({ params: { from: 'stdin' } });
  });

  it.each([
    ['broken, with its place', '{"a":1,\n "b": oops}', /--params, line 2, column 7 \(b\)/],
    ['not an object', '[1]', /not a JSON object/],
    [
      'changed on their way',
      '{"id":12345678901234567890}',
      /line 1, column 7 \(id\): .*2\^53|9007199254740991/,
    ],
    ['told twice', '{"a":1,"a":2}', /line 1/],
    ['in a file that is not there', '@none.json', /none\.json cannot be read: ENOENT/],
    ['in a file without a name', '@', /no file name after @/],
    ['empty on standard input', '-', /Standard input, line 1/],
    ['over the limit', `{"a":"${'x'.repeat(262_144)}"}`, /PAYLOAD_TOO_LARGE/],
  ])('refuses params that are %s, and sends nothing', async (_what, params, said) => {
    const { exitCode, err, asked } = await ado(exec('--params', params), { answers: done });
    expect([exitCode, asked.length]).toEqual([2, 0]);
    expect(err).toMatch(said);
  });

  it.each([
    ['a key that is none', ['--key', 'zwei Wörter'], /--key is not 1 to 255/],
    ['a version that is none', ['--version', '0'], /whole number from 1/],
    ['a label without a name', ['--metadata', 'x'], /name=value/],
    [
      'more labels than are taken',
      Array.from({ length: 17 }, (_, i) => ['--metadata', `n${i}=v`]).flat(),
      /at most 16/,
    ],
    ['waiting and not waiting at once', ['--async', '--wait', '5'], /--async and --wait/],
  ])('refuses %s', async (_what, options, said) => {
    const { exitCode, err, asked } = await ado(exec(...options), { answers: done });
    expect([exitCode, asked.length]).toEqual([2, 0]);
    expect(err).toMatch(said);
  });
});

describe('an execution that did not come to a good end', () => {
  it.each<[ErrorCode, number, number]>([
    ['ACTION_FAILED', 422, 1],
    ['UNAUTHENTICATED', 401, 3],
    ['ACTION_UNKNOWN', 404, 4],
    ['IDEMPOTENCY_KEY_REUSED', 422, 5],
    ['OUTCOME_UNKNOWN', 500, 6],
    ['TIMED_OUT', 504, 6],
    ['PARAMS_INVALID', 400, 9],
  ])('is told by the exit code: %s (%i) → %i', async (code, status, exitCode) => {
    const ended = await ado(exec(), { answers: { [ROUTE]: refusal(status, code) } });
    expect([ended.exitCode, ended.out]).toEqual([exitCode, '']);
  });

  it('says what happened, where, and what to do next', async () => {
    const answers = {
      [ROUTE]: refusal(422, 'ACTION_FAILED', {
        source: 'action',
        executionId: ID,
        effect: 'none',
        cause: { code: 'NO_SUCH_SEAT', message: 'there is \u001b[31mno seat 13' },
      }),
    };
    expect((await ado(exec(), { answers })).err).toBe(`error  ACTION_FAILED  The action failed
       cause      NO_SUCH_SEAT: there is \\x1b[31mno seat 13
       where      action
       execution  ${ID}
       next       See cause for what the action said.
       more       ado errors ACTION_FAILED
`);
  });

  it('names each thing that is wrong with the params', async () => {
    const issues = [{ path: 'to', code: 'invalid_type', message: 'expected a string' }];
    const answers = { [ROUTE]: refusal(400, 'PARAMS_INVALID', { detail: 'Two mistakes.', issues }) };
    expect((await ado(exec(), { answers })).err).toContain(
      '       Two mistakes.\n       to: expected a string\n',
    );
  });

  it('is one error object on stderr where programs read', async () => {
    const answers = { [ROUTE]: refusal(422, 'ACTION_FAILED', { executionId: ID }) };
    const { out, err } = await ado(exec('-o', 'ndjson'), { answers });
    expect(out).toBe('');
    expect(JSON.parse(err)).toMatchObject({ code: 'ACTION_FAILED', executionId: ID });
  });

  it('still gives its id where the id was asked for', async () => {
    const answers = { [ROUTE]: refusal(422, 'ACTION_FAILED', { executionId: ID }) };
    const { out, exitCode } = await ado(exec('-o', 'id'), { answers });
    expect([out, exitCode]).toEqual([`${ID}\n`, 1]);
  });

  it('is 6 where it goes on when the waiting ends, and 7 where nothing is reached', async () => {
    const running = json(202, { execution: execution({ status: 'running' }) });
    const answers = { [ROUTE]: running, [`GET /v1/executions/${ID}/attach`]: running };
    const [late, nobody] = await Promise.all([
      ado(exec('--wait', '1'), { answers }),
      ado(exec(), { answers: { [ROUTE]: noConnection } }),
    ]);
    expect([late.exitCode, late.err]).toEqual([6, expect.stringContaining('PENDING')]);
    expect([nobody.exitCode, nobody.err]).toEqual([
      7,
      expect.stringMatching(/Nothing answers at http:\/\/do\.test/),
    ]);
  });

  it('is 6 where no answer came to what may have arrived', async () => {
    const cut = () => {
      throw new TypeError('fetch failed', {
        cause: Object.assign(new Error('closed'), { code: 'UND_ERR_SOCKET' }),
      });
    };
    expect((await ado(exec(), { answers: { [ROUTE]: cut } })).exitCode).toBe(6);
  });

  it('is 130 after Ctrl-C, and says that the work goes on', async () => {
    const pressed = new AbortController();
    const hangs = () =>
      new Promise<Response>((_resolve, reject) => {
        pressed.abort();
        reject(pressed.signal.reason);
      });
    const { exitCode, err } = await ado(exec(), { answers: { [ROUTE]: hangs }, signal: pressed.signal });
    expect([exitCode, err]).toEqual([130, expect.stringMatching(/PENDING.*goes on/s)]);
  });
});
