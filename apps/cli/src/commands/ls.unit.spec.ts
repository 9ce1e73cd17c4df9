import { problem } from '@action-do/contracts';
import { ado, execution, ID, list, NOW } from '../testing/ado.contract.js';

const PATH = 'GET /v1/executions';
const OTHER = ID.replace(/1$/, '2');
const failed = execution({
  id: OTHER,
  status: 'failed',
  attempts: 3,
  error: problem('ACTION_FAILED'),
  params: { note: 'a\u0000b' },
});

describe('ado ls', () => {
  it('is a table that programs can cut apart, too', async () => {
    const { exitCode, out, err } = await ado(['ls'], { answers: { [PATH]: list([execution(), failed]) } });
    expect(
      out,
    ).toBe(`ID                                      ACTION          STATUS     ATTEMPTS  ACTOR        REQUESTED                 MS  ERROR
${ID}  send-invoice@2  succeeded  1         default-abc  2030-01-01T00:00:00.000Z  12
${OTHER}  send-invoice@2  failed     3         default-abc  2030-01-01T00:00:00.000Z  12  ACTION_FAILED
`);
    expect([exitCode, err]).toEqual([0, '']);
  });

  it('is one array in json, one object a line in ndjson, and ids', async () => {
    const answers = { [PATH]: list([execution(), failed]) };
    const [json, ndjson, id] = await Promise.all(
      ['json', 'ndjson', 'id'].map((format) => ado(['ls', '-o', format], { answers })),
    );
    expect(JSON.parse(json?.out ?? '')).toEqual([execution(), failed]);
    expect(
      ndjson?.out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([execution(), failed]);
    expect(id?.out).toBe(`${ID}\n${OTHER}\n`);
  });

  it('of nothing is an empty array, or titles alone', async () => {
    const answers = { [PATH]: list([]) };
    expect((await ado(['ls', '-o', 'json'], { answers })).out).toBe('[]\n');
    expect((await ado(['ls', '-o', 'ndjson'], { answers })).out).toBe('');
    expect((await ado(['ls'], { answers })).out).toMatch(/^ID +ACTION.*\n$/);
  });

  it('sends its filters, a repeated one as often as it was given', async () => {
    const argv = `ls --action a --action b --status -failed --actor k --version 2 --error-code PENDING
      --since 2h --until 2030-01-01 --key k1 --param customer.id=c=1 --param a=b --limit 7`.split(/\s+/);
    const { asked } = await ado(argv, { answers: { [PATH]: list([]) } });
    expect([...(asked[0]?.query ?? [])]).toEqual([
      ['action', 'a'],
      ['action', 'b'],
      ['status', '-failed'],
      ['actor', 'k'],
      ['version', '2'],
      ['errorCode', 'PENDING'],
      ['since', new Date(NOW - 7_200_000).toISOString()],
      ['until', '2030-01-01T00:00:00.000Z'],
      ['key', 'k1'],
      ['params.customer.id', 'c=1'],
      ['params.a', 'b'],
      ['limit', '7'],
    ]);
  });

  it('reads as many pages as its limit needs, and says that there are more', async () => {
    const page = (n: number, nextCursor: string | null) =>
      list(
        Array.from({ length: n }, () => execution()),
        { nextCursor },
      );
    const answers = { [PATH]: [page(100, 'c1'), page(20, 'c2')] };
    const { out, err, asked } = await ado(['ls', '--limit', '120', '-o', 'id'], { answers });
    expect(out.trimEnd().split('\n')).toHaveLength(120);
    expect(asked.map(({ query }) => [query.get('limit'), query.get('cursor')])).toEqual([
      ['100', null],
      ['20', 'c1'],
    ]);
    expect(err).toMatch(/There are more rows: .*--all/);
  });

  it('with --all reads to the end, over pages that are empty, too', async () => {
    const answers = {
      [PATH]: [
        list([execution()], { nextCursor: 'c1' }),
        list([], { nextCursor: 'c2', incomplete: true }),
        list([failed]),
      ],
    };
    const { out, err, asked } = await ado(['ls', '--all', '-o', 'json'], { answers });
    expect(JSON.parse(out)).toEqual([execution(), failed]);
    expect([asked.length, err]).toEqual([3, '']);
  });

  it('does not go round in circles', async () => {
    const { exitCode, asked } = await ado(['ls', '--all'], {
      answers: { [PATH]: list([execution()], { nextCursor: 'same' }) },
    });
    expect([exitCode, asked.length]).toEqual([7, 2]);
  });

  it('says that the views are behind, but not where programs read', async () => {
    const answers = { [PATH]: list([], { lagEvents: '12' }) };
    expect((await ado(['ls'], { answers })).err).toBe(
      'The views are 12 events behind the log: the newest rows may be missing.\n',
    );
    expect((await ado(['ls', '-o', 'json'], { answers })).err).toBe('');
  });

  it.each([
    ['a time that is none', ['--since', 'yesterday'], /--since is no time.*15m, 2h or 7d/s],
    ['a parameter without a value', ['--param', 'a'], /name=value/],
    ['a limit and no limit', ['--all', '--limit', '5'], /--all and --limit/],
  ])('refuses %s', async (_what, options, said) => {
    const { exitCode, err, asked } = await ado(['ls', ...options]);
    expect([exitCode, asked.length, err]).toEqual([2, 0, expect.stringMatching(said)]);
  });
});
