import { ActionRegistered, clientSubjects, type Effects } from '@action-do/contracts';
import type { RecordedEvent } from '@action-do/event-store';
import { SimWorld, until } from '@action-do/test-support';
import { systemChance, systemClock } from '../system-ports.js';
import { FakeConnection } from '../testing/fake-connection.contract.js';
import { type Called, SECRET, SimService } from '../testing/http-world.contract.js';
import { ServedExecutor } from '../testing/served-executor.contract.js';
import { PLAIN, registryOf } from '../testing/served-registry.contract.js';
import { command, masterKey, SimExecutors, TENANT } from '../testing/sim-executors.contract.js';
import { onTheBus } from '../testing/sim-worker.contract.js';
import { AllowList } from './allow-list.js';
import { systemDial } from './connect.js';
import { wrapSecret } from './secret.js';
import { signed } from './sign.js';

/** Executions of a registered HTTP service, from the call to what is recorded. */
const service = new SimService();
let served: ServedExecutor;
beforeAll(() => service.start());
afterAll(() => service.stop());
const allow = { httpAllow: AllowList.parse('127.0.0.1') };
/** What an executor that died had set keeps no process alive. */
const clock = {
  ...systemClock,
  after(ms: number, ring: () => void) {
    const timer = setTimeout(ring, ms).unref();
    return () => clearTimeout(timer);
  },
};
const usual = service.answer;
beforeEach(async () => {
  service.answer = usual;
  service.calls.length = 0;
  served = await ServedExecutor.start([], { ...allow, clock });
});
afterEach(() => served.close());

const register = (effects: Effects, port = service.port, secret = SECRET) =>
  registryOf(served).register({
    ...PLAIN,
    effects,
    probe: effects === 'verifiable',
    retry: { initialDelayMs: 1, delayMsMax: 1 },
    target: { kind: 'http', url: `http://127.0.0.1:${port}/pay`, secret },
  });
const recorded = async (): Promise<RecordedEvent[]> => {
  const events = [];
  for await (const event of served.store.readAll({ streamPrefixes: ['action-'] })) events.push(event);
  return events;
};
const PROBLEM = 'application/problem+json';
const CHANGED = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
const types = async () => (await recorded()).map(({ type }) => type.replace('Action', ''));
const operations = () => service.calls.map(({ headers }) => headers['do-operation']);

type Probe = 'applied' | 'not-applied' | 'unknown';
/** What the first attempt cuts or leaves open, once its effect is there; every later one succeeds. */
const misbehave = (probe: Probe, how: 'cuts' | 'hangs' = 'cuts') => {
  let runs = 0;
  service.answer = ({ headers, socket }, response) => {
    if (headers['do-operation'] === 'probe')
      return void response.end(
        JSON.stringify({ state: probe, ...(probe === 'applied' ? { result: 7 } : {}) }),
      );
    if (++runs > 1) return void response.end('"again"');
    if (how === 'cuts') socket.destroy();
  };
};

const BY_CLASS: readonly [Effects, Probe, unknown, readonly string[]][] = [
  ['none', 'unknown', 'again', ['run', 'run']],
  ['idempotent', 'unknown', 'again', ['run', 'run']],
  ['transactional', 'unknown', 'again', ['run', 'run']],
  ['verifiable', 'applied', 7, ['run', 'probe']],
  ['verifiable', 'not-applied', 'again', ['run', 'probe', 'run']],
  ['verifiable', 'unknown', 'OUTCOME_UNKNOWN', ['run', 'probe']],
  ['unsafe', 'unknown', 'OUTCOME_UNKNOWN', ['run']],
];

it.each(BY_CLASS)(
  'of %s work whose service dies in the middle (probe: %s) comes to %j',
  async (effects, probe, outcome, asked) => {
    expect((await register(effects)).json).toMatchObject({ status: 'registered' });
    misbehave(probe);
    const { json, code } = await served.execute({ params: { id: 'a' } });
    expect([code ?? json['result'], operations()]).toEqual([outcome, asked]);
    expect(new Set(service.calls.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  },
);

it.each(BY_CLASS)(
  'of %s work whose executor dies in the middle (probe: %s) comes to %j, as with what ran in that executor',
  async (effects, probe, outcome, asked) => {
    await register(effects);
    misbehave(probe, 'hangs');
    void served.execute({ params: { id: 'a' } }).catch(() => {});
    await until('the service is called', () => service.calls.length === 1);
    await served.close();
    const heir = new ServedExecutor([], served.store, { ...allow, name: 'e2' });
    const [first] = await recorded();
    await heir.executor.recoverExecutions.recover([first?.streamId ?? '']);
    const last = typeof outcome === 'string' && outcome.includes('_') ? 'OutcomeUnknown' : 'Succeeded';
    await until('it has come to its end', async () => (await types()).at(-1) === last);
    expect(operations()).toEqual(asked);
    await heir.executor.stop(0);
  },
);

it('of a service that is away is NO_HANDLER at once, and nothing is recorded', async () => {
  await register('unsafe', 1);
  expect((await served.execute({ params: { id: 'a' } })).json).toMatchObject({
    code: 'NO_HANDLER',
    detail: expect.stringContaining('The service of pay version 1 is not asked: 127.0.0.1 could not be'),
    cause: { code: 'HTTP_CONNECT' },
  });
  expect(await types()).toEqual([]);
});

it.each<Effects>(['unsafe', 'idempotent'])(
  'of %s work whose service is cut off from us wait for it, and use up no attempt',
  async (effects) => {
    const sim = new SimExecutors(new SimWorld());
    const { world } = sim;
    const dialled: FakeConnection[] = [];
    const backAtMs = world.nowMs + 30_000;
    const dial = () => {
      const connection = new FakeConnection();
      // What is sent to it is dropped, but for the first that looks whether it is there.
      if (dialled.push(connection) === 1 || world.nowMs > backAtMs) queueMicrotask(() => connection.accept());
      return connection;
    };
    const network = { dial, resolve: async () => ['127.0.0.1', '127.0.0.2'] };
    const httpAllow = AllowList.parse('127.0.0.0/8,localhost');
    const { registry } = await sim.start('e1', { actions: [], httpAllow, network });
    const named = { tenant: TENANT, name: 'pay', version: 1 };
    registry.learn(TENANT, {
      ...onTheBus({ effects, attemptTimeoutMs: 10_000, deadlineMs: 120_000, retry: { attemptsMax: 1 } }),
      target: 'http',
      http: { url: 'http://localhost:9/', secretWrapped: wrapSecret(masterKey, named, SECRET) },
    });
    const caller = await sim.ask('e1', { action: 'pay', waitMs: 120_000 });
    await world.run(() => dialled.some(({ sent }) => sent !== ''));
    dialled.find(({ sent }) => sent !== '')?.answer('paid');
    expect((await sim.replyTo(caller)).json).toMatchObject({ result: 'paid' });
    const [events = []] = (await sim.streams()).values();
    expect(events.map(({ type, data }) => [type.replace('Action', ''), data['effect'] ?? null])).toEqual([
      ['Requested', null],
      ['Started', null],
      ['AttemptFailed', 'none'],
      ['Started', null],
      ['Succeeded', 'applied'],
    ]);
  },
);

it('of a service that may not be called where its name leads are told so, and so is an operator', async () => {
  let address = '127.0.0.1';
  const network = { dial: systemDial, resolve: async () => [address] };
  const lying = await ServedExecutor.start([], { httpAllow: AllowList.parse('localhost'), network });
  const { register } = registryOf(lying);
  const ofPay = {
    ...PLAIN,
    // What hides it stands before the service.
    params: { type: 'object', properties: { id: { type: 'string', sensitive: true } } },
  };
  const target = { kind: 'http', url: `http://localhost:${service.port}/`, secret: SECRET };
  await register({ ...ofPay, target });
  service.answer = (_, response) => response.writeHead(422, { 'content-type': PROBLEM }).end('{}');
  const failed = await lying.execute({ params: { id: 'a' } });
  address = '10.0.0.1';
  await register({ ...ofPay, target: { ...target, secret: CHANGED } });
  const retried = { id: failed.id, reason: 'because' };
  const refused = [
    await lying.execute({ params: { id: 'b' } }),
    await lying.ask(clientSubjects.execution(TENANT, 'retry'), retried),
  ];
  const message = 'localhost is called without TLS, at addresses that DO_HTTP_ALLOW does not list';
  for (const { json } of refused)
    expect(json).toMatchObject({
      code: 'NO_HANDLER',
      detail: `The service of pay version 1 is not asked: ${message}; this call recorded nothing.`,
      hint: expect.stringContaining('mend what detail says'),
      cause: { code: 'HTTP_NOT_ALLOWED', message },
    });
  await lying.close();
});

it.each([429, 503])('of a service that always says %s is over with its attempts', async (status) => {
  await register('idempotent');
  service.answer = (_, response) => {
    response.writeHead(status, { 'content-type': PROBLEM }).end('{"code":"BUSY","effect":"none"}');
  };
  const { code, json } = await served.execute({ params: { id: 'a' } });
  expect([code, json['execution']]).toMatchObject(['ATTEMPTS_EXHAUSTED', { status: 'failed' }]);
  expect(operations()).toEqual(['run', 'run', 'run', 'run', 'run']);
});

it('of a service that has moved goes where it is now, once for the same params', async () => {
  await register('idempotent');
  const first = await served.execute({ params: { id: 'a' } });
  const moved = new SimService();
  await moved.start();
  await register('idempotent', moved.port);
  const repeat = await served.execute({ params: { id: 'a' } });
  expect([repeat.how, repeat.json['result']]).toEqual(['replayed', first.json['result']]);
  await served.execute({ params: { id: 'b' } });
  expect([service.calls.length, moved.calls.length]).toEqual([1, 1]);
  await moved.stop();
});

it.each(['https://10.0.0.1/', 'https://billing.example/', 'http://2130706433@127.0.0.1/'])(
  'is not even registered where it may not be called: %s',
  async (url) => {
    const target = { kind: 'http', url, secret: SECRET };
    const { code } = await registryOf(served).register({ ...PLAIN, target });
    expect(code).toBe('REQUEST_INVALID');
    const stands = await registryOf(served).recorded();
    expect(stands.map(({ data }) => ActionRegistered.parse(data))).toEqual([]);
    expect((await served.execute({ params: {} })).code).toBe('ACTION_UNKNOWN');
  },
);

const isSignedWith = (secret: string, { headers, body }: Called): boolean => {
  const atMs = Number(headers['webhook-timestamp']) * 1_000;
  const meant = signed(secret, String(headers['webhook-id']), atMs, Buffer.from(body));
  return meant['webhook-signature'] === headers['webhook-signature'];
};

it.each<[Effects, readonly string[]]>([
  ['idempotent', ['run', 'run']],
  ['verifiable', ['run', 'probe', 'run']],
])(
  'of %s work under way are signed with the secret that was registered through another executor meanwhile',
  async (effects, asked) => {
    await register(effects);
    const other = new ServedExecutor([], served.store, { ...allow, name: 'e2', sharesLog: true });
    misbehave('not-applied');
    const answer = service.answer;
    service.answer = async (request, response) => {
      if (service.calls.length === 1) {
        await register(effects, service.port, CHANGED);
        other.nowMs += 1_000;
      }
      answer(request, response);
    };
    const call = command({ action: 'pay', params: { id: 'a' } }, systemChance.uuid());
    expect(await other.executor.executeAction.execute(call)).toMatchObject({ how: 'executed' });
    expect(operations()).toEqual(asked);
    expect(service.calls.map((each) => isSignedWith(CHANGED, each))).toEqual(asked.map((_, at) => at > 0));
    await other.executor.stop(0);
  },
);
