/** Two of each service: any of them may go, and come back, and nobody who calls is told of it. */
import { randomUUID } from 'node:crypto';
import type { StackService } from '@action-do/stack';
import {
  canRun,
  HttpCaller,
  MISBEHAVING_ACTIONS,
  natsServerProgram,
  postgresProgram,
  startWorker,
  until,
} from '@action-do/test-support';
import { Do } from '@do-sdk/core';
import { OnePlatform } from './one-platform.js';

const runs = canRun(natsServerProgram(), 'nats-server') && canRun(postgresProgram(), 'PostgreSQL');
// Skipped: only where there is no nats-server, or no PostgreSQL.
const suite = runs ? describe : describe.skip;

/** A deadline, not an expectation of speed. */
const PATIENCE_MS = 30_000;
/** Two seconds, on a machine that has nothing else to do. */
const SOON_MS = 5_000;

suite('two gateways, two executors, two projectors', () => {
  const one = new OnePlatform({ DO_LOG_LEVEL: 'info' }, 'services-two');
  beforeAll(async () => void (await one.start()), 60_000);
  afterAll(() => one.end());

  const stack = () => one.services.stack;
  /** The SDK behind something that spreads its requests over the gateways, as a load balancer does. */
  function client(): Do {
    let turn = 0;
    const fetch = (input: string | URL | Request, init?: RequestInit) => {
      const { pathname, search } = new URL(String(input));
      const { urls } = stack();
      turn += 1;
      return globalThis.fetch(`${urls[turn % urls.length]}${pathname}${search}`, init);
    };
    return new Do(one.platform.apiKey, { baseUrl: one.platform.url, fetch, onWarning: () => {} });
  }
  async function views(verb: 'status' | 'rebuild' = 'status') {
    const headers = one.caller.authorization;
    const path = verb === 'status' ? '/v1/views' : '/v1/views/rebuild';
    const method = verb === 'status' ? 'GET' : 'POST';
    const { status, text } = await one.caller.send(path, { method, headers });
    return { status, body: JSON.parse(text) };
  }
  const standsBy = ({ process }: StackService) =>
    process.stderr().includes('standing by') && !process.stderr().includes('taking over');

  it('begin on an empty log with one secret of the tenant and one key, whoever comes first', async () => {
    const headers = one.caller.authorization;
    // No list before the views are live: 503 until then.
    const count = async (type: string): Promise<number> => {
      const { status, text } = await one.caller.send(`/v1/audit/events?type=${type}`, { headers });
      return status === 200 ? JSON.parse(text).items.length : 0;
    };
    await until('the views have them', async () => (await count('KeyCreated')) > 0, PATIENCE_MS);
    expect([await count('TenantCreated'), await count('KeyCreated')]).toEqual([1, 1]);
  });

  it('mean the same execution by the same key, whichever gateway and executor are asked', async () => {
    // Each executor derives scopes by the tenant's secret: with two secrets there would be two executions.
    const path = '/v1/actions/note-unsafe/executions';
    const ask = async (url: string) => {
      const response = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { ...one.caller.authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ params: { id: 'same' } }),
      });
      return JSON.stringify(await response.json());
    };
    const asked = [...stack().urls, ...stack().urls, ...stack().urls, ...stack().urls].map(ask);
    const ids = (await Promise.all(asked)).map((text) => /exe_[0-9a-f]{32}-\d+/.exec(text)?.[0]);
    expect([new Set(ids).size, ids[0]]).toEqual([1, expect.stringMatching(/^exe_/)]);
    expect(one.ledgerOf('same')).toHaveLength(1);
  });

  it('are ready, and say so', async () => {
    for (const { process } of [...stack().executors, ...stack().projectors]) {
      const response = await fetch(`${process.ready[1]}/health/ready`);
      expect([response.status, await response.json()]).toEqual([
        200,
        expect.objectContaining({ status: 'ok' }),
      ]);
    }
    for (const url of stack().urls) expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });

  it('have what a worker says that it performs, whichever executor it told', async () => {
    const worker = await startWorker({
      natsUrl: one.natsServer.url,
      apiKey: one.platform.apiKey,
      actions: MISBEHAVING_ACTIONS,
      env: { ADO_LEDGER: `${one.dataDir}/worker-ledger.txt` },
    });
    const d = client();
    const calls = Array.from({ length: 20 }, (_, n) =>
      d.action.execute({
        name: 'hasty-idempotent',
        params: { id: `w${n}`, how: 'hangs' },
      }),
    );
    const errors = (await Promise.all(calls)).map(({ error }) => error?.code);
    expect(errors).toEqual(calls.map(() => undefined));
    await worker.stop();
  }, 60_000);

  it('let one projector write: when it is killed the other takes over soon, and lists go on', async () => {
    const { projectors } = stack();
    await until('one stands by', () => projectors.filter(standsBy).length === 1, PATIENCE_MS);
    await until('the other writes', async () => (await views()).status === 200, PATIENCE_MS);
    const writer = projectors.find((each) => !standsBy(each));
    const heir = projectors.find(standsBy);
    for (const _ of Array.from({ length: 10 })) expect((await views()).status).toBe(200);
    expect((await views('rebuild')).body.rebuild.state).toBe('running');
    await until('it is rebuilt', async () => (await views()).body.rebuild?.state === 'done', PATIENCE_MS);

    const killedAtMs = performance.now();
    await writer?.kill();
    await until('the other takes over', () => heir?.process.stderr().includes('taking over') === true);
    expect(performance.now() - killedAtMs).toBeLessThan(SOON_MS);
    const { body } = await one.caller.execute('note-unsafe', { id: 'after-takeover' });
    const headers = { ...one.caller.authorization, 'do-min-position': body.execution?.position ?? '' };
    const list = await one.caller.send('/v1/executions?limit=1', { headers });
    expect([list.status, JSON.parse(list.text).items[0].id]).toEqual([200, body.execution?.id]);
    await writer?.start();
    await until('the first stands by', () => writer !== undefined && standsBy(writer), PATIENCE_MS);
    // Whoever starts tries on the bus what it must not be able to do: on a bus without users that is delivered.
    await stack().executors[1]?.stop();
    await stack().executors[1]?.start();
    expect((await views()).body.rebuild).toBeNull();
  }, 90_000);

  it('are restarted, one of each and then the other, under load from the SDK, and not one error is handed to a caller', async () => {
    const d = client();
    const errors: unknown[] = [];
    let [asked, over] = [0, false];
    const caller = async (): Promise<void> => {
      while (!over) {
        const id = `rolling-${++asked}`;
        const { error, result } = await d.action.execute({
          name: asked % 2 === 0 ? 'note-idempotent' : 'note-unsafe',
          params: { id, holdMs: 100 },
        });
        if (error !== undefined || result === undefined) errors.push(error ?? 'no result');
      }
    };
    const load = Promise.all(Array.from({ length: 6 }, caller));
    const codes: (number | null)[] = [];
    for (const half of [0, 1]) {
      const before = asked;
      await until('the load goes on', () => asked > before + 16, PATIENCE_MS);
      const { gateways, executors, projectors } = stack();
      const services = [gateways, executors, projectors].flatMap((each) => each.slice(half, half + 1));
      codes.push(...(await Promise.all(services.map((service) => service.stop()))));
      await Promise.all(services.map((service) => service.start()));
    }
    over = true;
    await load;
    expect(errors).toEqual([]);
    expect(codes).toEqual([0, 0, 0, 0, 0, 0]);
    const effects = one.ledger().filter(({ id }) => id.startsWith('rolling-'));
    expect([effects.length, new Set(effects.map(({ id }) => id)).size]).toEqual([asked, asked]);
  }, 120_000);

  it('let nobody wait for a gateway that ends: its callers have 202 at once, and attach at the other', async () => {
    const gate = one.gate();
    const [first, second] = stack().urls.map((url) => new HttpCaller(url, one.platform.apiKey));
    const waiting = second?.execute('note-unsafe', { id: 'left', gate: gate.file });
    await until('the handler runs', () => one.ledgerOf('left').length === 1, PATIENCE_MS);
    const stopped = stack().gateways[1]?.stop();
    const answer = await waiting;
    expect([answer?.status, answer?.body.execution?.status, await stopped]).toEqual([202, 'running', 0]);
    gate.open();
    const attached = await first?.ask(answer?.body.execution?.id ?? '', 'attach');
    expect([attached?.status, attached?.body.result]).toEqual([200, expect.objectContaining({ id: 'left' })]);
    await stack().gateways[1]?.start();
  }, 60_000);

  it('lose no call where an executor ends: whoever calls over HTTP alone has 200 or 202, and never 503', async () => {
    const statuses = new Set<number>();
    let [asked, over] = [0, false];
    const caller = async (): Promise<void> => {
      while (!over) {
        const { status } = await one.caller.execute('note-idempotent', { id: `raw-${++asked}`, holdMs: 20 });
        statuses.add(status);
      }
    };
    const load = Promise.all(Array.from({ length: 4 }, caller));
    await until('the load goes on', () => asked > 16, PATIENCE_MS);
    expect(await stack().executors[1]?.stop()).toBe(0);
    await stack().executors[1]?.start();
    over = true;
    await load;
    expect([...statuses].filter((status) => status !== 200 && status !== 202)).toEqual([]);
  }, 60_000);

  it('row 16: tell of an append that the log left open 503 and come again, call nothing, and the repeats are one execution', async () => {
    const log = stack().eventLog?.process.pid ?? Number.NaN;
    const params = { id: 'silent-log' };
    const requestId = randomUUID();
    process.kill(log, 'SIGSTOP');
    const refused = await one.caller.execute('note-unsafe', params, { requestId });
    const called = one.ledgerOf('silent-log').length;
    process.kill(log, 'SIGCONT');
    expect([refused.status, refused.headers.get('do-should-retry'), called]).toEqual([503, 'true', 0]);
    expect(refused.headers.get('retry-after')).toMatch(/^[0-9]+$/);
    const again = () => one.caller.execute('note-unsafe', params, { requestId });
    await until('a repeat is answered', async () => (await again()).status === 200, PATIENCE_MS);
    const { body } = await again();
    expect(body.execution).toMatchObject({ generation: 1, attempts: 1 });
    expect(one.ledgerOf('silent-log')).toHaveLength(1);
  }, 60_000);

  it('are not ready while the bus or the log is away, and go on by themselves soon after its return', async () => {
    const ready = async (): Promise<boolean> => {
      const urls = [...stack().executors, ...stack().projectors].map(({ process }) => process.ready[1] ?? '');
      const answers = await Promise.all(
        [...urls, ...stack().urls].map((url) => fetch(`${url}/health/ready`).then(({ status }) => status)),
      );
      return answers.every((status) => status === 200);
    };
    const { eventLog } = stack();
    await eventLog?.kill();
    await until('it is noticed', async () => !(await ready()));
    const refused = await one.caller.execute('note-unsafe', { id: 'no-log' });
    expect([refused.status, refused.headers.get('do-should-retry')]).toEqual([503, 'true']);
    await eventLog?.start();
    const backAtMs = performance.now();
    await until('all are ready', ready, PATIENCE_MS);
    const { status } = await one.caller.execute('note-unsafe', { id: 'log-is-back' });
    expect([status, performance.now() - backAtMs < SOON_MS]).toEqual([200, true]);

    await one.natsServer.kill();
    await until('that is noticed', async () => !(await ready()));
    await one.restartNats();
    const busIsBackAtMs = performance.now();
    await until('all are ready', ready, PATIENCE_MS);
    expect(performance.now() - busIsBackAtMs).toBeLessThan(SOON_MS);
    expect((await one.caller.execute('note-unsafe', { id: 'bus-is-back' })).status).toBe(200);
  }, 60_000);
});
