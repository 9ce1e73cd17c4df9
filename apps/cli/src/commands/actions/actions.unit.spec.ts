import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CatalogueAction, CatalogueVersion, readChoice } from '@action-do/contracts';
import { type Answering, ado, emptyFolder, json, list, refusal } from '../../testing/ado.contract.js';
import { one, other, retired, version } from '../../testing/catalogue.contract.js';

const LIST = 'GET /v1/actions';
const ONE = 'GET /v1/actions/send-invoice';

it('this double speaks as the contract has it', () => {
  for (const row of [version(), retired, other])
    expect(CatalogueVersion.safeParse(row).error).toBeUndefined();
  expect(CatalogueAction.safeParse(one.action).error).toBeUndefined();
});

describe('ado actions ls', () => {
  const answers = { [LIST]: list([version(), version({ version: 1 }), other]) };

  it('has each action once, in its newest version, and asks for what is offered', async () => {
    const { exitCode, out, asked } = await ado(['actions', 'ls'], { answers });
    expect(out).toBe(
      `NAME          VERSION  STATUS   EFFECTS     TARGET  HANDLERS  DESCRIPTION
send-invoice  2        offered  idempotent  http    present   Creates the invoice and mails it.
send-mail     1        offered  idempotent  bus     unknown   Creates the invoice and mails it.
`,
    );
    expect([exitCode, asked[0]?.path]).toEqual([0, '/v1/actions?status=offered&limit=100']);
  });

  it('has all versions where that is wanted, as an array, as lines and as ids', async () => {
    const argv = ['actions', 'ls', '--versions', '-o'];
    expect(JSON.parse((await ado([...argv, 'json'], { answers })).out)).toHaveLength(3);
    expect((await ado([...argv, 'ndjson'], { answers })).out.trimEnd().split('\n')).toHaveLength(3);
    expect((await ado([...argv, 'id'], { answers })).out).toBe(
      'send-invoice@2\nsend-invoice@1\nsend-mail@1\n',
    );
  });

  it('sends its filters, and reads on until it has as many actions as wanted', async () => {
    const pages = [
      list([version(), version({ version: 1 })], { nextCursor: 'c1' }),
      list([version({ version: 0 }), other, version({ name: 'z' })], { nextCursor: 'c2' }),
    ];
    const argv = 'actions ls --action -x --status retired --limit 2 -o id'.split(' ');
    const { out, err, asked } = await ado(argv, { answers: { [LIST]: pages } });
    expect(out).toBe('send-invoice@2\nsend-mail@1\n');
    expect(err).toMatch(/There are more rows/);
    expect(asked.map(({ path }) => path)).toEqual([
      '/v1/actions?action=-x&status=retired&limit=100',
      '/v1/actions?action=-x&status=retired&limit=100&cursor=c1',
    ]);
  });

  it.each([
    [['--target', 'bus'], 'send-mail@1\n'],
    [['--target=-http'], 'send-mail@1\n'],
    [['--target', 'http', '--target', 'bus'], 'send-invoice@2\nsend-mail@1\n'],
    [['--target', 'bus', '--target=-bus'], ''],
    [['--target', 'bus', '--versions'], 'send-invoice@1\nsend-mail@1\n'],
  ])(
    'asks of the newest version where it is performed, and of each where each is wanted: %j',
    async (options, ids) => {
      const rows = [version(), version({ version: 1, target: 'bus' }), other];
      const platform: Answering = (request) => {
        const { include, exclude } = readChoice(request.query.getAll('target'));
        const isAsked = (target: string) => include.length === 0 || include.includes(target);
        return list(rows.filter(({ target }) => isAsked(target) && !exclude.includes(target)))(request);
      };
      const { out } = await ado(['actions', 'ls', '-o', 'id', ...options], { answers: { [LIST]: platform } });
      expect(out).toBe(ids);
    },
  );

  it('says that there are more actions where its limit cuts the last page', async () => {
    const cut = { [LIST]: list([version(), other]) };
    const { out, err } = await ado(['actions', 'ls', '--limit', '1', '-o', 'id'], { answers: cut });
    expect([out, err]).toEqual(['send-invoice@2\n', expect.stringMatching(/more rows/)]);
  });

  it('refuses a target that is none, and asks nothing', async () => {
    const { exitCode, err, asked } = await ado(['actions', 'ls', '--target', 'buss'], { answers });
    expect([exitCode, asked, err]).toEqual([2, [], expect.stringMatching(/in-process, bus, http/)]);
  });
});

describe('ado actions describe', () => {
  it('tells the newest version: its policy, its members, those within them, and how it is called', async () => {
    const { exitCode, out } = await ado(['actions', 'describe', 'send-invoice'], {
      answers: { [ONE]: json(200, one) },
    });
    expect(out).toBe(`send-invoice@2  offered
Creates the invoice and mails it.
  effects     idempotent
  target      http  https://billing.example/do
  handlers    present
  can         be undone
  attempts    at most 5, 10000 ms each, 200 to 30000 ms between them
  deadline    300000 ms
  same work   equal params, or an equal key, for ever
  registered  2030-01-01T00:00:00.000Z by default-abc
  digest      d2
  versions    2, 1 (retired)
params
  NAME         TYPE             NEEDED  DEFAULT  WHAT
  customerId   string           yes              Whose it is; 'c1' and the like.
  copies       integer          no      1        >= 1
  lines        object[]         yes
  lines[].sku  string           yes              matches ^s, personal
  plan         "free" | "team"  no
result
  {"type":"null"}
call
  ado exec send-invoice --params '{"customerId":"…","lines":[]}'
  curl -s http://do.test/v1/actions/send-invoice/executions -H "Authorization: Bearer $DO_API_KEY" -H 'Content-Type: application/json' -d '{"params":{"customerId":"…","lines":[]}}'
`);
    expect(exitCode).toBe(0);
  });

  it('tells of a retired version why it is, and what to call instead, and not how to call it', async () => {
    const argv = ['actions', 'describe', 'send-invoice', '--version', '1'];
    const { out } = await ado(argv, { answers: { [ONE]: json(200, one) } });
    expect(out).toMatch(
      /retired +2030-01-02T00:00:00.000Z by default-abc: two is better\n +call instead +send-invoice@2\n/,
    );
    expect(out).not.toContain('ado exec');
    const passedOn = await ado(['actions', 'describe', 'send-invoice@1', '-o', 'json'], {
      answers: { [ONE]: json(200, one) },
    });
    expect(JSON.parse(passedOn.out)).toEqual(retired);
  });

  it.each([
    ['another than the newest', 'send-invoice@1', {}, '1'],
    ['one of several that are each a piece of work of their own', 'send-invoice', { perVersion: true }, '2'],
  ])('tells a call that goes to the version it shows: %s', async (_what, named, idempotency, called) => {
    const { policy } = version();
    const change = { policy: { ...policy, idempotency: { ...policy.idempotency, ...idempotency } } };
    const versions = [version(change), version({ ...change, version: 1 })];
    const { out } = await ado(['actions', 'describe', named], {
      answers: { [ONE]: json(200, { action: { ...one.action, versions } }) },
    });
    expect(out).toContain(`ado exec send-invoice --version ${called} --params '{`);
    expect(out).toContain(`curl -s 'http://do.test/v1/actions/send-invoice/executions?version=${called}' -H`);
  });

  it('reads from the list what was too much for one answer', async () => {
    const [newest] = one.action.versions;
    const { out } = await ado(['actions', 'describe', 'send-invoice@1'], {
      answers: {
        [ONE]: json(200, { action: { ...one.action, versions: [newest], incomplete: true } }),
        [LIST]: json(200, { items: [newest, retired], nextCursor: null }),
      },
    });
    expect(out).toMatch(/^send-invoice@1 +retired\n(.*\n)* +versions +2, 1 \(retired\)\n/);
  });

  it('passes the whole answer on in json, and the refusal of a name that there is not', async () => {
    const argv = ['actions', 'describe', 'send-invoice', '-o', 'json'];
    expect(JSON.parse((await ado(argv, { answers: { [ONE]: json(200, one) } })).out)).toEqual(one.action);
    const none = await ado(argv, {
      answers: { [ONE]: refusal(404, 'ACTION_UNKNOWN', { detail: 'send-mail?' }) },
    });
    expect([none.exitCode, JSON.parse(none.err).detail]).toEqual([4, 'send-mail?']);
  });

  it.each([
    ['a version that there is not', ['send-invoice', '--version', '7'], 4, /no version 7/],
    ['a name that is none', ['Send Invoice'], 2, /perhaps send-invoice/],
  ])('refuses %s', async (_what, options, exitCode, said) => {
    const ended = await ado(['actions', 'describe', ...options], { answers: { [ONE]: json(200, one) } });
    expect([ended.exitCode, ended.err]).toEqual([exitCode, expect.stringMatching(said)]);
  });
});

describe('ado actions register', () => {
  const POST = 'POST /v1/actions';
  const secret = `whsec_${'A'.repeat(32)}`;
  const document = {
    name: 'send-invoice',
    version: 2,
    params: { type: 'object' },
    result: {},
    effects: 'idempotent',
    target: { kind: 'http', url: 'https://billing.example/do', secret },
  };
  const register = (text: string, answers = {}) =>
    ado(['actions', 'register', '-'], { stdin: text, answers: { [POST]: json(200, {}), ...answers } });

  it.each([
    ['registered', 'registered'],
    ['known', 'known already: this very contract'],
    ['retired', 'known already, and retired'],
  ])('sends what the file says, as it says it, and tells what came of it: %s', async (status, said) => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'a.json'), JSON.stringify(document));
    const answers = { [POST]: json(200, { status, digest: 'd2', position: 'log-7' }) };
    const { exitCode, out, asked } = await ado(['actions', 'register', 'a.json'], { cwd, answers });
    expect([exitCode, JSON.parse(asked[0]?.body ?? '')]).toEqual([0, document]);
    expect(asked[0]?.headers.get('content-type')).toBe('application/json');
    expect(out).toMatch(new RegExp(`^action +send-invoice@2\nstatus +${said}.*\ndigest +d2\n`));
  });

  it('tells everything that is wrong with the file at once, each with its path, and sends nothing', async () => {
    const wrong = {
      ...document,
      name: 'Send',
      effects: 'some',
      retry: { attemptsMax: 0 },
      tarjet: 1,
      target: { kind: 'http', url: 'ftp://x', secret: 'mine' },
    };
    const { exitCode, err, asked } = await register(JSON.stringify(wrong));
    expect([exitCode, asked.length]).toEqual([2, 0]);
    for (const path of ['name', 'effects', 'retry.attemptsMax', 'target.url', 'target.secret', 'tarjet'])
      expect(err).toMatch(new RegExp(`^ {7}${path.replace('.', '\\.')}: `, 'm'));
    expect(err).not.toContain('mine');
  });

  it('says where in the file it stops to be JSON, and that a list is no action', async () => {
    expect((await register('{\n  "name": }')).err).toMatch(/Standard input, line 2, column 11/);
    expect((await register('[]')).err).toMatch(/does not hold a JSON object/);
    expect((await ado(['actions', 'register', 'none.json'])).err).toMatch(/none\.json cannot be read/);
  });

  it('passes on what the platform refuses, with the paths: 9', async () => {
    const issues = [{ path: 'params.customerId', code: 'narrower', message: 'callers may leave it out' }];
    const answers = { [POST]: refusal(409, 'CONTRACT_CONFLICT', { issues }) };
    const { exitCode, err } = await register(JSON.stringify(document), answers);
    expect([exitCode, err]).toEqual([
      9,
      expect.stringContaining('params.customerId: callers may leave it out'),
    ]);
  });

  it('asks again where the platform says that it is busy: what was recorded is known then', async () => {
    const answers = { [POST]: [refusal(503, 'UNAVAILABLE'), json(200, { status: 'known', digest: 'd' })] };
    const { exitCode, asked } = await register(JSON.stringify(document), answers);
    expect([exitCode, asked.map(({ body }) => body)]).toEqual([0, [asked[0]?.body, asked[0]?.body]]);
  });

  it('does not say that nothing happened where it was broken off', async () => {
    const off = new AbortController();
    const breakOff = () => {
      off.abort();
      throw new Error('aborted');
    };
    const { exitCode, err } = await ado(['actions', 'register', '-'], {
      stdin: JSON.stringify(document),
      answers: { [POST]: breakOff },
      signal: off.signal,
    });
    expect([exitCode, err]).toEqual([130, expect.stringContaining('may have arrived all the same')]);
  });
});

describe('ado actions retire', () => {
  const DELETE = 'DELETE /v1/actions/send-invoice/versions/1';
  const retire = (...more: string[]) => ['actions', 'retire', 'send-invoice', '1', ...more];

  it('says which version, why, and what to call instead', async () => {
    const answers = {
      [DELETE]: json(200, { status: 'retired', successor: { name: 'bill', version: 3 }, position: 'log-8' }),
    };
    const { exitCode, out, asked } = await ado(retire('--reason', 'two & more', '--successor', 'bill@3'), {
      answers,
    });
    expect([exitCode, [...(asked[0]?.query ?? [])]]).toEqual([
      0,
      [
        ['reason', 'two & more'],
        ['successor', 'bill@3'],
      ],
    ]);
    expect(out).toBe('action     send-invoice@1\nstatus     retired\nsuccessor  bill@3\nposition   log-8\n');
  });

  it('tells that it was retired before, and that there is no successor', async () => {
    const answers = { [DELETE]: json(200, { status: 'known', successor: null }) };
    const { out } = await ado(retire('--reason', 'x'), { answers });
    expect(out).toMatch(/status +was retired already\nsuccessor +none\n/);
  });

  it.each([
    ['no reason', retire(), /--reason/],
    ['a reason that is too long', retire('--reason', 'x'.repeat(1_001)), /--reason/],
    ['a version that is none', ['actions', 'retire', 'a', '1.5', '--reason', 'x'], /no version/],
    ['a successor without a version', retire('--reason', 'x', '--successor', 'bill'), /--successor/],
    ['a successor that is none', retire('--reason', 'x', '--successor', 'bill@0'), /no version/],
  ])('refuses %s, and sends nothing', async (_what, argv, said) => {
    const { exitCode, err, asked } = await ado(argv);
    expect([exitCode, asked.length, err]).toEqual([2, 0, expect.stringMatching(said)]);
  });
});

describe('ado actions types', () => {
  const answers = {
    [LIST]: [list([version(), version({ version: 1 })], { nextCursor: 'c' }), list([other])],
    [ONE]: json(200, one),
  };

  it('is a module of what is offered, each action in its newest version, the same bytes each time', async () => {
    const { exitCode, out, err } = await ado(['actions', 'types'], { answers });
    expect([exitCode, err]).toEqual([0, '']);
    expect(out).toContain(`export type SendInvoiceParams = {
  /** Whose it is; 'c1' and the like. */
  customerId: string;
  copies?: number;
  lines: Array<{
    sku: SendInvoiceParamsSku;
    [name: string]: unknown;
  }>;
  plan?: "free" | "team";
};
`);
    expect(out).toContain("  readonly 'send-mail': Action<'send-mail', SendMailParams, SendMailResult>;\n");
    const { out: again } = await ado(['actions', 'types'], {
      answers: { [LIST]: list([other, version()]) },
    });
    expect(again).toBe(out);
  });

  it('is written to a file where one is named, and then told in one line', async () => {
    const cwd = emptyFolder();
    const { out } = await ado(['actions', 'types', '--out', 'do.ts'], { cwd, answers });
    const { out: text } = await ado(['actions', 'types'], { answers });
    expect([out, readFileSync(join(cwd, 'do.ts'), 'utf8')]).toEqual(['do.ts  2 actions\n', text]);
    expect((await ado(['actions', 'types', '--out', 'no/do.ts'], { cwd, answers })).err).toMatch(/--out/);
  });

  it('is of the actions and versions that are named, be they retired', async () => {
    const argv = (...named: string[]) => [
      'actions',
      'types',
      '-o',
      'id',
      ...named.flatMap((name) => ['--action', name]),
    ];
    expect((await ado(argv('send-invoice'), { answers })).out).toBe('send-invoice@2\n');
    expect((await ado(argv('send-invoice@1'), { answers })).out).toBe('send-invoice@1\n');
    expect((await ado(argv('send-invoice@9'), { answers })).exitCode).toBe(4);
    expect((await ado(argv('send-invoice', 'send-invoice@1'), { answers })).exitCode).toBe(2);
  });

  it('says where a type is wider than the schema, on stderr and in the file', async () => {
    const row = version({ paramsJsonSchema: { type: 'object', properties: { a: { not: {} } } } });
    const { out, err } = await ado(['actions', 'types'], { answers: { [LIST]: list([row]) } });
    for (const text of [out, err]) expect(text).toContain('send-invoice@2 params.a: not\n');
  });
});
