import { ViewsStatus } from '@action-do/contracts';
import { ado, json, noConnection, refusal } from '../testing/ado.contract.js';

const STATUS = 'GET /v1/views';
const REBUILD = 'POST /v1/views/rebuild';
const at = (done: number, state = 'running', more: object = {}) =>
  json(200, {
    position: 'log-9',
    lagEvents: '0',
    live: true,
    rebuild: { state, done: `${done}`, total: '20000', ...more },
  });
const begun = json(200, {});

it('this double speaks as the contract has it', async () => {
  const spoken = at(1)({
    method: 'GET',
    path: '',
    query: new URLSearchParams(),
    headers: new Headers(),
    body: undefined,
  });
  expect(ViewsStatus.safeParse(await (await spoken).json()).success).toBe(true);
});

describe('ado views status', () => {
  const status = {
    position: 'log-9',
    lagEvents: '3',
    rows: { execution: 4, audit_event: 12 },
    rebuild: null,
  };
  it('shows whatever the platform says of its views', async () => {
    const { exitCode, out } = await ado(['views', 'status'], { answers: { [STATUS]: json(200, status) } });
    expect(out).toBe(`position          log-9
lagEvents         3
rows.execution    4
rows.audit_event  12
`);
    expect(exitCode).toBe(0);
  });

  it('passes it on in json', async () => {
    const { out } = await ado(['views', 'status', '-o', 'json'], {
      answers: { [STATUS]: json(200, status) },
    });
    expect(JSON.parse(out)).toEqual(status);
  });
});

describe('ado views rebuild', () => {
  it('follows to the end, with count, rate and time left: a line each 5 s without a terminal', async () => {
    const looks = Array.from({ length: 12 }, (_, s) => at(s * 1_000));
    const { exitCode, out, err } = await ado(['views', 'rebuild'], {
      answers: { [REBUILD]: begun, [STATUS]: [...looks, at(20_000, 'done')] },
    });
    expect(err).toBe(`0 of 20,000 events
5,000 of 20,000 events, 1,000/s, 15 s left
10,000 of 20,000 events, 1,000/s, 10 s left
20,000 of 20,000 events, 1,667/s
`);
    expect([exitCode, out]).toEqual([0, expect.stringMatching(/^position +log-9$/m)]);
  });

  it('says that rows are compared, and how many were, while no event is read', async () => {
    const comparing = (rows: number, done = 19_000) => at(done, 'running', { rowsCompared: `${rows}` });
    const { exitCode, err } = await ado(['views', 'rebuild'], {
      tty: true,
      answers: {
        [REBUILD]: begun,
        [STATUS]: [
          at(19_000),
          comparing(1_000),
          comparing(31_000),
          comparing(31_000, 20_000),
          at(20_000, 'done'),
        ],
      },
    });
    expect([exitCode, err.split('\u001b[K').map((line) => line.replace('\r', ''))]).toEqual([
      0,
      [
        '19,000 of 20,000 events',
        'comparing, 1,000 rows',
        'comparing, 31,000 rows',
        '20,000 of 20,000 events, 333/s',
        '20,000 of 20,000 events, 250/s',
        '\n',
      ],
    ]);
  });

  it('writes over one line on a terminal', async () => {
    const { err } = await ado(['views', 'rebuild'], {
      tty: true,
      answers: { [REBUILD]: begun, [STATUS]: [at(0), at(10_000), at(20_000, 'done')] },
    });
    expect(err.split('\r')).toHaveLength(4);
    expect(err.match(/\n/g)).toHaveLength(1);
  });

  it('keeps stderr empty where programs read', async () => {
    const answers = { [REBUILD]: begun, [STATUS]: [at(0), at(20_000, 'done')] };
    const { out, err } = await ado(['views', 'rebuild', '-o', 'json'], { answers });
    expect([JSON.parse(out).rebuild.state, err]).toEqual(['done', '']);
  });

  it('that is under way already is followed', async () => {
    const answers = { [REBUILD]: refusal(409, 'IN_PROGRESS'), [STATUS]: at(20_000, 'done') };
    const { exitCode, err } = await ado(['views', 'rebuild'], { answers });
    expect([exitCode, err]).toEqual([0, expect.stringMatching(/^A rebuild is under way already/)]);
  });

  it('of which the platform says nothing is not taken for done', async () => {
    const answers = { [REBUILD]: begun, [STATUS]: json(200, { position: 'log-9', lagEvents: '0' }) };
    const { exitCode, out } = await ado(['views', 'rebuild'], { answers });
    expect([exitCode, out]).toEqual([6, '']);
  });

  it('that a restart broke off is not taken for done', async () => {
    const after = json(200, { position: 'log-9', lagEvents: '0', rebuild: null });
    const answers = { [REBUILD]: begun, [STATUS]: [at(7), after] };
    const { exitCode, out, err } = await ado(['views', 'rebuild'], { answers });
    expect([exitCode, out, err]).toEqual([1, '', expect.stringMatching(/broken off.*started again/)]);
  });

  it('that fails is told so', async () => {
    const answers = { [REBUILD]: begun, [STATUS]: at(7, 'failed', { error: 'no \u001b space' }) };
    const { exitCode, err } = await ado(['views', 'rebuild'], { answers });
    expect([exitCode, err]).toEqual([1, expect.stringContaining('failed: no \\x1b space.')]);
  });

  it('is looked for again while the platform is away for a moment, and not for ever', async () => {
    const back = { [REBUILD]: begun, [STATUS]: [at(0), noConnection, at(20_000, 'done')] };
    expect((await ado(['views', 'rebuild'], { answers: back })).exitCode).toBe(0);
    const away = { [REBUILD]: begun, [STATUS]: [at(0), noConnection] };
    const { exitCode, asked } = await ado(['views', 'rebuild'], { answers: away });
    expect([exitCode, asked.length]).toEqual([7, 13]);
  });

  it('is followed no longer than was said, and goes on', async () => {
    const { exitCode, err } = await ado(['views', 'rebuild', '--wait', '3'], {
      answers: { [REBUILD]: begun, [STATUS]: at(1) },
    });
    expect([exitCode, err]).toEqual([6, expect.stringMatching(/goes on: 3 s are over/)]);
  });

  it('is 7 where nobody answers, and is not begun twice', async () => {
    const { exitCode, asked } = await ado(['views', 'rebuild'], { answers: { [REBUILD]: noConnection } });
    expect([exitCode, asked.length]).toEqual([7, 1]);
  });
});
