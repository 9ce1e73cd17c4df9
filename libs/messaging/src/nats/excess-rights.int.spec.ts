import { canRun, natsServerProgram } from '@action-do/test-support';
import { bytes, patient, textOf, until } from '../bus-contract/bus-probe.contract.js';
import { checkNatsRights, type NatsDeed } from './excess-rights.js';
import { NatsRightsTooWide, NatsUnavailable } from './nats-errors.js';
import { NatsProbe } from './nats-probe.contract.js';

// Skipped: only where there is no nats-server.
const suite = canRun(natsServerProgram(), 'nats-server') ? describe : describe.skip;

const config = `accounts { A { users: [
  { user: narrow, password: p, permissions: { publish: ["mine.>"], subscribe: ["_INBOX.narrow.>", "mine.>"], allow_responses: true } }
  { user: wide, password: p, permissions: { publish: ["mine.>", "theirs.*"], subscribe: [">"] } }
] } }`;
const forbidden: NatsDeed[] = [
  { deed: 'publish', subject: 'theirs.x' },
  { deed: 'publish', subject: 'others.x' },
  { deed: 'subscribe', subject: 'theirs.x' },
  { deed: 'subscribe', subject: '_INBOX.other.x' },
];

suite('the rights of a user of NATS', () => {
  const nats = new NatsProbe();
  afterEach(() => nats.end());

  const check = async (url: string, isRequired = false): Promise<NatsRightsTooWide[]> => {
    const told: NatsRightsTooWide[] = [];
    await checkNatsRights({
      url,
      name: 'spec',
      role: 'a spec',
      forbidden,
      isRequired,
      tell: (found) => told.push(found),
    });
    return told;
  };

  it('that are no wider than they may be are not told of, required or not', async () => {
    const { port } = await nats.start({ config });
    expect(await check(`nats://narrow:p@127.0.0.1:${port}`)).toEqual([]);
    expect(await check(`nats://narrow:p@127.0.0.1:${port}`, true)).toEqual([]);
  });

  it('that are too wide are told of one by one, or refused where that is required', async () => {
    const { port } = await nats.start({ config });
    const url = `nats://wide:p@127.0.0.1:${port}`;
    const [found, ...more] = await check(url);
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      code: 'NATS_RIGHTS_TOO_WIDE',
      hasUser: true,
      excess: [forbidden[0], forbidden[2], forbidden[3]],
    });
    await expect(check(url, true)).rejects.toThrow(
      /not for a spec: publish theirs\.x, subscribe theirs\.x, subscribe _INBOX\.other\.x\. Give it/,
    );
  });

  it('are all there are where the server has no users, and that is said, too', async () => {
    const server = await nats.start();
    expect(await check(server.url)).toEqual([expect.objectContaining({ excess: forbidden, hasUser: false })]);
  });

  it('cannot be told where no server is', async () => {
    const server = await nats.start();
    await server.kill();
    await expect(check(server.url)).rejects.toBeInstanceOf(NatsUnavailable);
  });

  it('that are tried disturb nobody: whoever listens there goes on alone, and a question finds nobody', async () => {
    const server = await nats.start();
    const { bus } = await nats.connect(server.url);
    const heard: string[] = [];
    bus.subscribe('theirs.x', (message) => {
      heard.push(textOf(message));
      message.respond(bytes('done'));
    });
    await check(server.url);
    expect(textOf(await bus.request('theirs.x', bytes('ask'), patient))).toBe('done');
    await until(() => heard.length === 2);
    expect(heard).toEqual(['', 'ask']);
  });
});

suite('an inbox of a role', () => {
  const nats = new NatsProbe();
  afterEach(() => nats.end());

  it('gets the answers where the server allows no other', async () => {
    const { port } = await nats.start({ config });
    const url = `nats://narrow:p@127.0.0.1:${port}`;
    const { bus, errors } = await nats.connect(url, { inbox: '_INBOX.narrow' });
    bus.subscribe('mine.echo', (message) => message.respond(message.payload));
    expect(textOf(await bus.request('mine.echo', bytes('hello'), patient))).toBe('hello');
    expect(errors).toEqual([]);
    const other = await nats.connect(url);
    await until(() => other.errors.length > 0);
    expect(String(other.errors[0]?.error)).toMatch(/denies this user _INBOX\./);
  });

  it.each(['_INBOX.a b', '_INBOX.*', 'replies', 'do.v1.gw'])('that is none is refused: %s', async (inbox) => {
    await expect(nats.connect('nats://127.0.0.1:1', { inbox })).rejects.toBeInstanceOf(TypeError);
  });
});
