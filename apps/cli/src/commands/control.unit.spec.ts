import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorCode } from '@action-do/contracts';
import { ado, emptyFolder, execution, ID, json, refusal } from '../testing/ado.contract.js';

const route = (verb: string) => `POST /v1/executions/${ID}/${verb}`;
const answer = (verb: string, change: object, more: object = {}) => ({
  [route(verb)]: json(200, { execution: execution(change), ...more }),
});
const why = ['--reason', 'ordered twice'];

describe('what an operator does to an execution', () => {
  it.each([
    ['cancel', 'cancelled'],
    ['retry', 'succeeded'],
    ['undo', 'undone'],
  ])('is said with its reason, and told as the execution stands then: ado %s', async (verb, status) => {
    const { exitCode, out, err, asked } = await ado([verb, ID, ...why], {
      answers: answer(verb, { status }),
    });
    expect([exitCode, err]).toEqual([0, '']);
    expect(out).toMatch(new RegExp(`^${ID}  send-invoice@2  ${status}\n`));
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ reason: 'ordered twice' });
  });

  it.each([
    ['json', (text: string) => JSON.parse(text).execution.status, 'undone'],
    ['ndjson', (text: string) => JSON.parse(text).execution.status, 'undone'],
    ['id', (text: string) => text, `${ID}\n`],
  ])('is told as %s', async (format, read, told) => {
    const { out } = await ado(['undo', ID, ...why, '-o', format], {
      answers: answer('undo', { status: 'undone' }),
    });
    expect(read(out)).toBe(told);
  });

  it('gives the id of the new execution, of a retry', async () => {
    const id = `${ID.slice(0, -1)}2`;
    const { out } = await ado(['retry', ID, ...why, '-o', 'id'], { answers: answer('retry', { id }) });
    expect(out).toBe(`${id}\n`);
  });

  it('that comes too late to cancel shows what it gave, and is no cancel: 9', async () => {
    const answers = answer('cancel', {}, { result: { invoice: 'i1' } });
    const { exitCode, out, err } = await ado(['cancel', ID, ...why], { answers });
    expect([exitCode, err]).toEqual([9, expect.stringContaining('succeeded all the same')]);
    expect(out).toContain('"invoice": "i1"');
  });

  it('shows since when a cancel is wanted, and what became of an undo', async () => {
    const undo = {
      status: 'failed',
      attempts: 3,
      effect: 'unknown',
      error: { code: 'BILLING', message: 'it is down' },
    };
    const change = { undo, cancelRequestedAt: '2030-01-01T00:00:01.000Z' };
    const { out } = await ado(['retry', ID, ...why], { answers: answer('retry', change) });
    expect(out).toContain('cancel     wanted since 2030-01-01T00:00:01.000Z\n');
    expect(out).toContain(
      'undo       failed, attempts so far: 3; the last error is BILLING: it is down; it may have been undone all the same\n',
    );
  });

  it('waits as long as it is told to, and then says that it goes on: 6', async () => {
    const answers = { [route('cancel')]: json(202, { execution: execution({ status: 'running' }) }) };
    const { exitCode, err, asked } = await ado(['cancel', ID, ...why, '--wait', '1'], { answers });
    expect([exitCode, err]).toEqual([6, expect.stringMatching(/PENDING[\s\S]*1000 ms are over/)]);
    expect(asked[0]?.headers.get('prefer')).toBe('wait=1');
  });

  it.each<[string, ErrorCode, number, number]>([
    ['retry', 'NOT_POSSIBLE', 409, 9],
    ['resolve', 'IN_PROGRESS', 409, 9],
    ['undo', 'NOT_FOUND', 404, 4],
    ['cancel', 'FORBIDDEN', 403, 3],
    ['retry', 'ACTION_FAILED', 422, 1],
    ['cancel', 'OUTCOME_UNKNOWN', 500, 6],
  ])(
    'that is refused, or fails, tells so by the exit code: ado %s, %s',
    async (verb, code, status, exitCode) => {
      const argv = [verb, ID, ...why, ...(verb === 'resolve' ? ['--result', '1'] : [])];
      const detail = 'It is running; ado cancel ends it.';
      const ended = await ado([...argv, '-o', 'json'], {
        answers: { [route(verb)]: refusal(status, code, { detail }) },
      });
      expect([ended.exitCode, ended.out]).toEqual([exitCode, '']);
      expect(JSON.parse(ended.err)).toMatchObject({ code, detail });
    },
  );

  it.each(['cancel', 'retry', 'resolve', 'undo'])('needs a reason, and an id: ado %s', async (verb) => {
    const options = verb === 'resolve' ? ['--result', '1'] : [];
    for (const argv of [
      [ID],
      [ID, '--reason', ' '],
      [ID, '--reason', 'x'.repeat(501)],
      ['ein Wort', ...why],
    ]) {
      const { exitCode, err, asked } = await ado([verb, ...argv, ...options]);
      expect([exitCode, asked.length]).toEqual([2, 0]);
      expect(err).toMatch(/reason|id of the execution/);
    }
  });
});

describe('ado resolve', () => {
  const resolve = (...more: string[]) => ['resolve', ID, ...why, ...more];
  const answers = answer('resolve', { status: 'failed' });
  const sent = async (argv: string[], given: Parameters<typeof ado>[1] = {}) => {
    const { exitCode, asked } = await ado(argv, { answers, ...given });
    expect(exitCode).toBe(0);
    return JSON.parse(asked[0]?.body ?? '');
  };

  it('says that it succeeded, with the result as text, from a file or from standard input, and how one knows', async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'r.json'), '{"from":"file"}');
    const evidence = ['--evidence', 'billing shows it'];
    expect(await sent(resolve('--result', '{"invoice":"i1"}', ...evidence))).toEqual({
      reason: 'ordered twice',
      outcome: { result: { invoice: 'i1' } },
      evidence: 'billing shows it',
    });
    expect((await sent(resolve('--result', '@r.json'), { cwd })).outcome).toEqual({
      result: { from: 'file' },
    });
    expect((await sent(resolve('--result', '-'), { stdin: 'null' })).outcome).toEqual({ result: null });
  });

  it('says that it failed, and what that left behind; what was asked for is no failure of the command', async () => {
    expect((await sent(resolve('--failed', 'no such mail', '--effect', 'none'))).outcome).toEqual({
      error: { message: 'no such mail', effect: 'none' },
    });
  });

  it.each([
    ['no outcome', [], /How did it end/],
    ['two outcomes', ['--result', '1', '--failed', 'x'], /How did it end/],
    ['a failure that does not say what it left', ['--failed', 'x'], /--effect/],
    ['a failure that left something else', ['--failed', 'x', '--effect', 'some'], /--effect/],
    ['a failure without words', ['--failed', ' ', '--effect', 'none'], /--failed is empty/],
    ['an effect of a success', ['--result', '1', '--effect', 'none'], /--effect is of --failed/],
    ['a result that is no JSON', ['--result', '{"a":'], /--result, line 1/],
    ['a file that is not there', ['--result', '@none.json'], /none\.json cannot be read/],
    ['evidence that is too long', ['--result', '1', '--evidence', 'x'.repeat(2_001)], /--evidence/],
  ])('refuses %s, and sends nothing', async (_what, options, said) => {
    const { exitCode, err, asked } = await ado(resolve(...options), { answers });
    expect([exitCode, asked.length]).toEqual([2, 0]);
    expect(err).toMatch(said);
  });
});
