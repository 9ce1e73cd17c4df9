/** infra/nats.conf on a real server: each role can do all that it needs, and nothing that is another's. */
import { setTimeout as delay } from 'node:timers/promises';
import { type BusRights, busRights, forbiddenTo, REQUEST_PATTERNS, TenantName } from '@action-do/contracts';
import {
  checkNatsRights,
  connectNats,
  type NatsBus,
  NatsPermissionDenied,
  NatsUnavailable,
} from '@action-do/messaging';
import { canRun, natsServerProgram, startNatsServer, until } from '@action-do/test-support';
import { connect } from 'nats';
import { type AclServer, natsConf, passwordsFor, startAclServer } from './acl-server.js';
import { textOf } from './repository.js';

// Skipped: only where there is no nats-server.
const suite = canRun(natsServerProgram(), 'nats-server') ? describe : describe.skip;

const tenant = TenantName.parse('default');
const other = TenantName.parse('acme-eu');
const conf = natsConf('default', 'acme-eu', '--standalone');
const roles: BusRights[] = [
  busRights.gateway,
  busRights.executor,
  busRights.projector,
  busRights.standalone,
  busRights.worker(tenant),
  busRights.client(tenant),
  busRights.worker(other),
];
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const nothing = new Uint8Array(0);

it('infra/nats.conf is what the code says, for one tenant', () => {
  expect(textOf('infra/nats.conf')).toBe(natsConf('default'));
});

it('infra/nats.conf holds no secret, and denies nothing: what is not allowed is denied', () => {
  const words = textOf('infra/nats.conf').replace(/#.*/g, '');
  expect([...words.matchAll(/password: (\S+)/g)].map(([, value]) => value)).toEqual(
    expect.arrayContaining(['$DO_NATS_GATEWAY_PASSWORD', '$DO_NATS_WORKER_DEFAULT_PASSWORD']),
  );
  expect(words).not.toMatch(/password: [^$]|deny|no_auth_user/);
});

suite('nats.conf', () => {
  let acl: AclServer;
  const buses: NatsBus[] = [];
  beforeAll(async () => {
    acl = await startAclServer(conf);
  });
  afterEach(() => Promise.all(buses.splice(0).map((bus) => bus.close())));
  afterAll(() => acl.stop());

  async function join({ role, inbox }: BusRights): Promise<{ bus: NatsBus; errors: unknown[] }> {
    const errors: unknown[] = [];
    const bus = await connectNats({
      url: acl.urlOf(role),
      name: role,
      inbox,
      insecureDev: true,
      requestPatterns: role.startsWith('client') ? [] : REQUEST_PATTERNS,
      onHandlerError: (error) => void errors.push(error),
    });
    buses.push(bus);
    return { bus, errors };
  }

  it.each(roles)('lets $role do nothing that is another role’s', async (own) => {
    const forbidden = forbiddenTo(own, tenant).concat(forbiddenTo(own, other));
    expect(forbidden.length).toBeGreaterThan(15);
    await checkNatsRights({
      url: acl.urlOf(own.role),
      name: 'spec',
      role: own.role,
      forbidden,
      isRequired: true,
      tell: () => undefined,
    });
  });

  it.each(roles)('lets $role say and hear all that is its own, and look at the streams', async (own) => {
    const { bus, errors } = await join(own);
    const literal = (pattern: string): string => pattern.replaceAll(/[*>]/g, 'x');
    for (const pattern of own.subscribe)
      if (!pattern.startsWith('_INBOX')) bus.subscribe(pattern, () => undefined);
    for (const pattern of own.publish) bus.publish(literal(pattern), nothing);
    // An answer, if only that nobody is there, comes behind all denials of what was said before.
    const [asked = ''] = own.publish;
    await bus.request(literal(asked), nothing, { timeoutMs: 50 }).catch(() => undefined);
    expect(errors).toEqual([]);
  });

  it.each([
    {
      asking: busRights.gateway,
      subject: 'do.v1.gw.default.action.pay.execute',
      answering: busRights.executor,
    },
    { asking: busRights.gateway, subject: 'do.v1.gw.default.execution.list', answering: busRights.projector },
    { asking: busRights.projector, subject: 'do.v1.sys.access.lookup', answering: busRights.executor },
    {
      asking: busRights.client(tenant),
      subject: 'do.v1.cmd.default.action.pay.execute',
      answering: busRights.executor,
    },
    {
      asking: busRights.client(tenant),
      subject: 'do.v1.qry.default.audit.list',
      answering: busRights.projector,
    },
    {
      asking: busRights.client(tenant),
      subject: 'do.v1.qry.default.registry.describe',
      answering: busRights.executor,
    },
    { asking: busRights.gateway, subject: 'do.v1.gw.default.registry.retire', answering: busRights.executor },
    {
      asking: busRights.worker(tenant),
      subject: 'do.v1.cmd.default.registry.register',
      answering: busRights.executor,
    },
    {
      asking: busRights.executor,
      subject: 'do.v1.handler.default.pay.v1.run',
      answering: busRights.worker(tenant),
    },
    { asking: busRights.executor, subject: 'do.v1.sys.log.served', answering: busRights.executor },
  ])(
    'brings $asking.role the answer to $subject from $answering.role',
    async ({ asking, subject, answering }) => {
      const asker = await join(asking);
      const answerer = await join(answering);
      answerer.bus.subscribe(subject, (message) => message.respond(message.payload));
      const question = new TextEncoder().encode('how much');
      await until('the answer comes', async () => {
        const reply = await asker.bus.request(subject, question, { timeoutMs: 2_000 }).catch(() => undefined);
        return reply !== undefined && text(reply.payload) === 'how much';
      });
      expect([...asker.errors, ...answerer.errors]).toEqual([]);
    },
  );

  it.each([
    { subject: 'do.v1.hb.default.exe_1', from: busRights.worker(tenant), to: busRights.executor },
    { subject: 'do.v1.ctl.default.exe_1.abort', from: busRights.executor, to: busRights.worker(tenant) },
  ])('brings $subject from $from.role to $to.role', async ({ subject, from, to }) => {
    const heard: string[] = [];
    const listener = await join(to);
    listener.bus.subscribe(subject, (message) => void heard.push(message.subject));
    const sender = await join(from);
    await until('one is heard', async () => {
      sender.bus.publish(subject, nothing);
      await delay(1);
      return heard.length > 0;
    });
    expect([...sender.errors, ...listener.errors]).toEqual([]);
  });

  it('lets nobody answer what it was not asked', async () => {
    const { bus: answerer, errors } = await join(busRights.executor);
    answerer.publish(`${busRights.gateway.inbox}.guessed`, nothing);
    await until('that is denied', () => errors.length > 0);
    expect(errors[0]).toBeInstanceOf(NatsPermissionDenied);
  });

  it('lets a stranger in any language call, with an inbox of its own', async () => {
    const { bus } = await join(busRights.executor);
    bus.subscribe('do.v1.cmd.*.action.*.execute', (message) => message.respond(message.payload));
    const [, credentials = '', at = ''] = /^nats:\/\/(.+)@(.+)$/.exec(acl.urlOf('client-default')) ?? [];
    const [user = '', pass = ''] = credentials.split(':');
    const stranger = await connect({ servers: at, user, pass, inboxPrefix: '_INBOX.client-default' });
    await until('the executor listens', async () => {
      const reply = await stranger
        .request('do.v1.cmd.default.action.pay.execute', 'hello', { timeout: 1_000 })
        .catch(() => undefined);
      return reply?.string() === 'hello';
    });
    await stranger.close();
  });

  it('lets a client make nobody say for it what it may not say: an answer goes to an inbox only', async () => {
    const withOwner = conf.replace(
      /\{\s+user: "gateway"/,
      '{ user: "owner", password: "p", permissions: { publish: ">", subscribe: ">" } }\n$&',
    );
    const own = await startAclServer(withOwner);
    const url = own.urlOf('executor');
    const options = { url, name: 'executor', inbox: busRights.executor.inbox, insecureDev: true };
    const errors: unknown[] = [];
    const told = { ...options, onHandlerError: (error: unknown) => void errors.push(error) };
    const executor = await connectNats(told);
    const servers = `127.0.0.1:${own.server.port}`;
    const owner = await connect({ servers, user: 'owner', pass: 'p' });
    const { password: pass } = new URL(own.urlOf('client-default'));
    const client = await connect({ servers, user: 'client-default', pass });
    try {
      const manager = await owner.jetstreamManager();
      await manager.streams.add({ name: 'DO_EVENTS', subjects: ['do.v1.evt.>'] });
      await owner.jetstream().publish('do.v1.evt.default.done', 'recorded');
      executor.subscribe('do.v1.cmd.*.action.*.execute', (message) => message.respond(nothing));
      const inbox = '_INBOX.client-default.1';
      const answers: string[] = [];
      client.subscribe(inbox, { callback: (_, { subject }) => void answers.push(subject) });
      await Promise.all([
        owner.flush(),
        client.flush(),
        executor.request('do.v1.sys.log.served', nothing, { timeoutMs: 500 }).catch(() => 0),
      ]);
      const elsewhere = ['$JS.API.STREAM.PURGE.DO_EVENTS', 'do.v1.evt.default.forged'];
      for (const reply of [...elsewhere, inbox])
        client.publish('do.v1.cmd.default.action.x.execute', nothing, { reply });
      // One behind the other: what the answers before it did is done.
      await until('the honest question is answered', () => answers.length > 0);
      const { state } = await manager.streams.info('DO_EVENTS');
      expect([state.first_seq, state.last_seq]).toEqual([1, 1]);
      expect(errors).toHaveLength(elsewhere.length);
    } finally {
      await Promise.all([executor.close(), owner.close(), client.close()]);
      await own.stop();
    }
  });

  it('keeps the monitor out of what is said, and lets it look at the server', async () => {
    const url = new URL(acl.urlOf('monitor'));
    const { username: user, password: pass, host: servers } = url;
    const monitor = await connect({ servers, user, pass, inboxPrefix: '_INBOX.monitor' });
    const varz = await monitor.request('$SYS.REQ.SERVER.PING.VARZ', '', { timeout: 2_000 });
    expect(varz.json()).toMatchObject({ data: { connections: expect.any(Number) } });
    const denied: unknown[] = [];
    monitor.subscribe('do.v1.>', { callback: (error) => void denied.push(error?.code) });
    monitor.publish('$SYS.REQ.ACCOUNT.DO.CONNZ');
    await monitor.flush();
    await until('it is denied', () => denied.length > 0);
    expect(denied).toEqual(['PERMISSIONS_VIOLATION']);
    await monitor.close();
  });

  it('lets nobody in without a name', async () => {
    const refused = connectNats({ url: `nats://127.0.0.1:${acl.server.port}`, name: 'x', insecureDev: true });
    await expect(refused).rejects.toBeInstanceOf(NatsUnavailable);
  });

  it('gives a user who was added without permissions none', async () => {
    const careless = conf.replace(/\{\s+user: "gateway"/, '{ user: "careless", password: "p" }\n$&');
    const own = await startAclServer(careless);
    try {
      await checkNatsRights({
        url: `nats://careless:p@127.0.0.1:${own.server.port}`,
        name: 'spec',
        role: 'nobody',
        forbidden: roles.flatMap((role) => forbiddenTo(role, tenant)),
        isRequired: true,
        tell: () => undefined,
      });
    } finally {
      await own.stop();
    }
  });

  it('does not start where a password is missing', async () => {
    const { DO_NATS_GATEWAY_PASSWORD: _, ...others } = passwordsFor(conf);
    await expect(
      startNatsServer({ config: conf, env: { ...others, DO_NATS_STORE_DIR: '/nowhere' } }),
    ).rejects.toThrow(/DO_NATS_GATEWAY_PASSWORD/);
  });
});
