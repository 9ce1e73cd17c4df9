import { randomUUID } from 'node:crypto';
import {
  type AnswerBody,
  BUILT,
  canRun,
  natsServerProgram,
  resultMember,
  startRefused,
  temporaryFolder,
  until,
} from '@action-do/test-support';
import { type BusAnswer, BusCaller, type BusHeaderLines } from './bus-caller.js';
import { modeWithBus } from './e2e-mode.js';
import { onePlatform } from './one-platform.js';

// Skipped: only where there is no nats-server.
const suite = canRun(natsServerProgram(), 'nats-server') ? describe : describe.skip;

suite('a caller on the bus with a NATS client of its own', () => {
  let caller: BusCaller;
  // Before its server: a client that lost it would go on looking for it for a while.
  afterAll(() => caller.close());
  const one = onePlatform({}, modeWithBus());
  beforeAll(async () => {
    caller = await BusCaller.connect(one.natsServer.url, one.platform.apiKey);
    // The platform is ready without its views where they take long to open; until then nobody listens.
    const list = () => caller.ask('do.v1.qry.default.execution.list', {});
    const answers = () =>
      list().then(
        (answer) => told(answer).error === undefined,
        () => false,
      );
    await until('the views answer', answers, 30_000);
    await caller.ask(executing('note-unsafe'), { params: { id: 'first' } }, [['Idempotency-Key', 'taken']]);
  }, 60_000);

  const executing = (action: string, tenant = 'default') => `do.v1.cmd.${tenant}.action.${action}.execute`;
  const execute = (action: string, params: object, lines: BusHeaderLines = []) =>
    caller.ask(executing(action), { params }, lines);
  const told = ({ header }: BusAnswer) => ({
    how: header('Idempotency-Status'),
    shouldRetry: header('Do-Should-Retry'),
    error: header('Nats-Service-Error-Code'),
  });

  /** What both ways have in common: HTTP adds its own, and who refuses is another. */
  const comparable = ({ status: _, requestId: __, source: ___, ...body }: AnswerBody) => body;

  describe('has an operator’s say', () => {
    const say = (verb: string, body: object) => caller.ask(`do.v1.cmd.default.execution.${verb}`, body);
    const reason = 'said on the bus';

    it('and what it says is recorded as from whoever holds the key (rows 19, 22 and 25)', async () => {
      const { body } = await execute('note-undoable', { id: 'b-undo' });
      const id = body.execution?.id;
      const undone = await say('undo', { id, reason });
      expect([told(undone).how, undone.body.execution?.status]).toEqual(['executed', 'undone']);
      for (const verb of ['cancel', 'retry']) {
        const refused = await say(verb, { id, reason });
        expect([verb, told(refused).error]).toEqual([verb, 'NOT_POSSIBLE']);
      }
      const refused = await say('resolve', { id, reason, outcome: { result: null } });
      expect(told(refused).error).toBe('NOT_POSSIBLE');
      const { items = [] } = (await one.caller.ask(id ?? '', 'events')).body;
      expect(items.at(-3)).toMatchObject({
        type: 'ActionUndoRequested',
        actor: { type: 'api_key', id: body.execution?.actor.id },
        data: { reason },
      });
    });

    it('with a reason, and with a key', async () => {
      expect(told(await say('cancel', { id: 'exe_0' })).error).toBe('BODY_INVALID');
      const keyless = await caller.send('do.v1.cmd.default.execution.cancel', { id: 'exe_0', reason }, []);
      expect(told(keyless).error).toBe('UNAUTHENTICATED');
    });
  });

  describe('executes an action', () => {
    it('and gets its result, its execution and the headers that HTTP has', async () => {
      const key: BusHeaderLines = [['Idempotency-Key', 'order-17']];
      const answer = await execute('note-unsafe', { id: 'b1' }, key);
      expect(told(answer)).toEqual({ how: 'executed', shouldRetry: 'false', error: undefined });
      expect(answer.body).toMatchObject({
        result: { id: 'b1', attempt: 1 },
        execution: { status: 'succeeded', effect: 'applied', replayed: false, idempotencyKey: 'order-17' },
      });
      expect(answer.header('Do-Execution-Id')).toBe(answer.body.execution?.id);
      const over = await one.caller.execute('note-unsafe', { id: 'b1' }, { key: 'order-17' });
      for (const name of ['Idempotency-Key', 'Idempotency-Generation', 'Do-Should-Retry'])
        expect(answer.header(name)).toBe(over.headers.get(name));
    });

    it('once: a repeat is replayed byte for byte, by whichever way it comes', async () => {
      const first = await execute('note-unsafe', { id: 'b2', note: 'ünïcode' });
      const again = await execute('note-unsafe', { note: 'ünïcode', id: 'b2' });
      const over = await one.caller.execute('note-unsafe', { id: 'b2', note: 'ünïcode' });
      expect([told(again).how, over.headers.get('idempotency-status')]).toEqual(['replayed', 'replayed']);
      expect(again.text).toBe(over.text);
      expect(resultMember(again.text)).toBe(resultMember(first.text));
      expect(one.ledgerOf('b2')).toHaveLength(1);
    });

    it('at the same moment as others over HTTP: one execution, one result (row 15)', async () => {
      const gate = one.gate();
      const params = { id: 'b3', gate: gate.file };
      const onBus = [1, 2, 3].map(() => execute('note-idempotent', params));
      const overHttp = [1, 2, 3].map(() => one.caller.execute('note-idempotent', params));
      await until('the handler runs', () => one.ledgerOf('b3').length === 1);
      gate.open();
      const texts = (await Promise.all([...onBus, ...overHttp])).map(({ text }) => text);
      expect(new Set(texts.map(resultMember)).size).toBe(1);
      expect(new Set(texts.map((text) => JSON.parse(text).execution.id)).size).toBe(1);
      expect(one.ledgerOf('b3')).toHaveLength(1);
    });

    it('without waiting: pending as soon as it is recorded, and the outcome on attaching', async () => {
      const gate = one.gate();
      const asked = await execute('note-unsafe', { id: 'b4', gate: gate.file }, [['Do-Timeout-Ms', '0']]);
      expect(told(asked)).toEqual({ how: 'pending', shouldRetry: 'true', error: undefined });
      expect(asked.body.execution?.status).toBe('running');
      const id = asked.header('Do-Execution-Id') ?? '';
      const attaching = caller.ask('do.v1.cmd.default.execution.attach', { id });
      gate.open();
      expect((await attaching).body).toMatchObject({ result: { id: 'b4' }, execution: { id } });
    });

    it('that fails, and gets the error object that HTTP gives', async () => {
      const requestId = randomUUID();
      await one.caller.execute('fail-declared', { id: 'b5' }, { requestId });
      const over = await one.caller.execute('fail-declared', { id: 'b5' }, { requestId });
      const answer = await execute('fail-declared', { id: 'b5' }, [['Do-Request-Id', requestId]]);
      expect(told(answer)).toEqual({ how: 'replayed', shouldRetry: 'false', error: 'ACTION_FAILED' });
      expect(comparable(answer.body)).toEqual(comparable(over.body));
      expect(answer.body).toMatchObject({ effect: 'none', cause: { code: 'CARD_DECLINED' } });
    });

    it('whose outcome nobody knows, and is told so: do not retry', async () => {
      const gate = one.gate();
      const answer = await execute('overdue', { id: 'b6', gate: gate.file });
      expect(told(answer)).toMatchObject({ shouldRetry: 'false', error: 'OUTCOME_UNKNOWN' });
      expect(answer.body).toMatchObject({ effect: 'unknown', newKeySafe: false, retryable: false });
      gate.open();
    });
  });

  describe('is refused as over HTTP, with the same error object', () => {
    const inParams = (member: string) => `{"params":{"id":"refused",${member}}}`;
    const valid = inParams('"note":"x"');
    const nested = `${'['.repeat(40)}${']'.repeat(40)}`;
    interface Wrong {
      readonly action?: string;
      readonly body?: string | Uint8Array;
      readonly headers?: Record<string, string>;
      /** Where HTTP has it in its query, the bus has it in a header. */
      readonly version?: string;
    }
    it.each<[code: string, what: string, Wrong]>([
      ['BODY_INVALID', 'broken JSON', { body: '{"params":{"id":"refused"' }],
      ['BODY_INVALID', 'no body', { body: '' }],
      ['BODY_INVALID', 'no UTF-8', { body: Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x7d]) }],
      ['BODY_INVALID', 'a member twice', { body: inParams('"note":"a","n\\u006fte":"b"') }],
      ['BODY_INVALID', '__proto__', { body: inParams('"__proto__":{"admin":true}') }],
      ['BODY_INVALID', '40 levels', { body: inParams(`"note":${nested}`) }],
      ['BODY_INVALID', 'a lone surrogate', { body: inParams('"note":"\\ud800"') }],
      ['BODY_INVALID', 'an integer beyond a double', { body: inParams('"note":9007199254740993') }],
      ['BODY_INVALID', 'no object', { body: '[1]' }],
      ['BODY_INVALID', 'no params', { body: '{}' }],
      ['BODY_INVALID', 'a member that is not known', { body: '{"params":{"id":"refused"},"param":{}}' }],
      ['BODY_INVALID', 'a label that is no text', { body: '{"params":{"id":"a"},"metadata":{"a":1}}' }],
      ['PAYLOAD_TOO_LARGE', '300 KiB', { body: inParams(`"note":"${'x'.repeat(300 * 1_024)}"`) }],
      ['PARAMS_INVALID', 'params that lack one', { body: '{"params":{}}' }],
      ['PARAMS_INVALID', 'params of a wrong type', { body: '{"params":{"id":7}}' }],
      ['PARAMS_INVALID', 'params that are not known', { body: inParams('"idd":"x"') }],
      ['PARAMS_INVALID', 'params over a bound', { body: inParams('"holdMs":99999') }],
      ['ACTION_UNKNOWN', 'an action that is mistyped', { action: 'note-unsave' }],
      ['ACTION_UNKNOWN', 'a name that is none', { action: 'Note_Unsafe' }],
      ['ACTION_UNKNOWN', 'a version that is not there', { version: '9' }],
      ['IDEMPOTENCY_KEY_INVALID', 'two keys in a list', { headers: { 'Idempotency-Key': 'a, b' } }],
      ['IDEMPOTENCY_KEY_INVALID', 'an unfinished key', { headers: { 'Idempotency-Key': '"a' } }],
      ['IDEMPOTENCY_KEY_INVALID', 'an empty key', { headers: { 'Idempotency-Key': '""' } }],
      ['IDEMPOTENCY_KEY_INVALID', 'a key too long', { headers: { 'Idempotency-Key': 'k'.repeat(256) } }],
      ['IDEMPOTENCY_KEY_INVALID', 'a reserved key', { headers: { 'Idempotency-Key': 'auto:1' } }],
      ['IDEMPOTENCY_KEY_REUSED', 'a key of other params', { headers: { 'Idempotency-Key': 'taken' } }],
      ['IDEMPOTENCY_KEY_MISSING', 'no key where one is wanted', { action: 'key-required' }],
      ['REQUEST_INVALID', 'a request id that is none', { headers: { 'Do-Request-Id': 'seven' } }],
      ['REQUEST_INVALID', 'a date that is none', { headers: { 'Repeatability-First-Sent': 'yesterday' } }],
    ])('%s: %s', async (code, _what, { action = 'note-unsafe', body = valid, headers = {}, version }) => {
      const lines = Object.entries(version === undefined ? headers : { 'Do-Action-Version': version });
      const query = version === undefined ? '' : `?version=${version}`;
      const [answer, over] = await Promise.all([
        caller.ask(executing(action), body, lines),
        one.caller.send(`/v1/actions/${action}/executions${query}`, {
          method: 'POST',
          body,
          headers: { ...one.caller.authorization, 'content-type': 'application/json', ...headers },
        }),
      ]);
      expect(over.body.code).toBe(code);
      expect(told(answer)).toEqual({ how: 'rejected', shouldRetry: 'false', error: code });
      expect(comparable(answer.body)).toEqual(comparable(over.body));
    });

    it('REQUEST_INVALID: a version that is none, which stands in a header', async () => {
      const answer = await execute('note-unsafe', { id: 'refused' }, [['Do-Action-Version', '0']]);
      expect(told(answer).error).toBe('REQUEST_INVALID');
      expect(answer.body.detail).toBe('Do-Action-Version must be a whole number from 1.');
    });

    it.each<[string, BusHeaderLines]>([
      [
        'in one spelling',
        [
          ['Idempotency-Key', 'a'],
          ['Idempotency-Key', 'a'],
        ],
      ],
      [
        'in two halves that together are one',
        [
          ['Idempotency-Key', '"a'],
          ['Idempotency-Key', 'b"'],
        ],
      ],
      [
        'in two spellings',
        [
          ['Idempotency-Key', 'a'],
          ['idempotency-key', 'a'],
        ],
      ],
    ])('IDEMPOTENCY_KEY_INVALID: a key that is sent twice, %s (row 11)', async (_, lines) => {
      expect(told(await execute('note-unsafe', { id: 'refused' }, lines)).error).toBe(
        'IDEMPOTENCY_KEY_INVALID',
      );
    });

    const wrongKeys: [string, (apiKey: string) => readonly string[]][] = [
      ['no key', () => []],
      ['a key of another scheme', (apiKey) => [`Basic ${apiKey}`]],
      ['a key that is mistyped', (apiKey) => [`Bearer ${apiKey.slice(0, -1)}`]],
      ['text that is no key', () => ['Bearer let-me-in']],
      ['two keys', (apiKey) => [`Bearer ${apiKey}`, `Bearer ${apiKey}`]],
    ];
    it.each(wrongKeys)(
      'UNAUTHENTICATED: %s, on every subject, before the body is looked at',
      async (_, values) => {
        const lines = values(one.platform.apiKey).map((value) => ['Authorization', value] as const);
        for (const subject of [
          executing('note-unsafe'),
          'do.v1.cmd.default.execution.get',
          'do.v1.cmd.default.execution.attach',
          'do.v1.qry.default.execution.list',
          'do.v1.qry.default.audit.list',
          'do.v1.qry.default.action.list',
        ])
          expect(told(await caller.send(subject, '{', lines)).error).toBe('UNAUTHENTICATED');
      },
    );

    it("FORBIDDEN: a subject of another tenant than the key's", async () => {
      const answer = await caller.ask(executing('note-unsafe', 'other'), valid);
      expect(told(answer)).toMatchObject({ how: 'rejected', error: 'FORBIDDEN' });
    });

    it('and nothing of all that called a handler or is in the log', async () => {
      expect(one.ledgerOf('refused')).toEqual([]);
      const { body } = await caller.ask('do.v1.qry.default.execution.list', { params: { id: ['refused'] } });
      expect(body.items).toEqual([]);
    });
  });

  describe('asks what was done', () => {
    const asking = (subject: string, body: object, position: string) =>
      caller.ask(subject, body, [['Do-Min-Position', position]]);

    it('and gets executions and events as HTTP lists them', async () => {
      const { body } = await execute('note-unsafe', { id: 'b9' });
      const position = body.execution?.position ?? '';
      const id = body.execution?.id ?? '';
      const headers = { ...one.caller.authorization, 'do-min-position': position };
      for (const [subject, query, path] of [
        ['execution.list', { params: { id: ['b9'] } }, '/v1/executions?params.id=b9'],
        ['audit.list', { execution: [id] }, `/v1/audit/events?execution=${id}`],
      ] as const) {
        const answer = await asking(`do.v1.qry.default.${subject}`, query, position);
        const over = await one.caller.send(path, { headers });
        expect(answer.body.items?.length).toBeGreaterThan(0);
        expect(answer.body.items).toEqual(over.body.items);
      }
      const answer = await asking('do.v1.qry.default.action.list', { action: ['note-unsafe'] }, position);
      const over = await one.caller.send('/v1/actions?action=note-unsafe', { headers });
      expect(over.body.items).toMatchObject([{ name: 'note-unsafe', handlers: 'present' }]);
      // Who answers there knows only what was recorded.
      expect(answer.body.items).toEqual(over.body.items?.map((item) => ({ ...item, handlers: 'unknown' })));
      const got = await caller.ask('do.v1.cmd.default.execution.get', { id });
      expect(got.text).toBe((await one.caller.ask(id)).text);
      const events = await caller.ask('do.v1.cmd.default.execution.events', { id });
      expect(events.text).toBe((await one.caller.ask(id, 'events')).text);
    });

    it.each([
      ['REQUEST_INVALID', 'execution.list', { staus: ['failed'] }],
      ['REQUEST_INVALID', 'execution.list', { limit: 0 }],
      ['REQUEST_INVALID', 'audit.list', { cursor: 'nowhere' }],
      ['REQUEST_INVALID', 'action.list', { version: ['1'] }],
      ['BODY_INVALID', 'audit.list', []],
    ])('and is refused with %s: %s %j', async (code, subject, query) => {
      expect(told(await caller.ask(`do.v1.qry.default.${subject}`, query)).error).toBe(code);
    });

    it('about an execution that is not there, and is told NOT_FOUND as over HTTP', async () => {
      const id = `exe_${'0'.repeat(32)}-1`;
      const answer = await caller.ask('do.v1.cmd.default.execution.get', { id });
      expect(told(answer).error).toBe('NOT_FOUND');
      expect(comparable(answer.body)).toEqual(comparable((await one.caller.ask(id)).body));
    });
  });

  it('a second platform with a log of its own is refused on the same bus, and the first goes on', async () => {
    const folder = temporaryFolder('action-do-e2e');
    try {
      const { code, stderr } = await startRefused(
        { DO_DATA_DIR: folder.path, DO_NATS_URL: one.natsServer.url, DO_INSECURE_DEV: '1' },
        BUILT,
      );
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /another platform answers on this bus: its log is .+ Give each its own NATS server/,
      );
    } finally {
      folder.remove();
    }
    expect(told(await execute('note-idempotent', { id: 'after-the-second' })).error).toBeUndefined();
  }, 30_000);
});
