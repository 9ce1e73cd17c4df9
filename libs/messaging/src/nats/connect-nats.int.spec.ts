import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canRun, natsServerProgram } from '@action-do/test-support';
import { bytes, patient, settled, textOf, until } from '../bus-contract/bus-probe.contract.js';
import {
  NatsUnavailable,
  NatsWithoutHeaders,
  StreamCoversRequests,
  StreamsUnchecked,
  UnsafeNatsServer,
} from './nats-errors.js';
import { NatsProbe } from './nats-probe.contract.js';

// Skipped: only where there is no nats-server.
const suite = canRun(natsServerProgram(), 'nats-server') ? describe : describe.skip;

const requestPatterns = ['do.v1.cmd.>', 'do.v1.handler.*.*.*.run'];

suite('connecting to NATS', () => {
  const nats = new NatsProbe();
  afterEach(() => nats.end());

  it('an unsafe server is refused, unless it is a test', async () => {
    const server = await nats.start();
    const { bus } = await nats.connect(server.url);
    const version = await greetedVersion(server.port);
    await settled(bus);
    const refusal = nats.connect(server.url, { insecureDev: false });
    if (/^2\.([0-8]\.|9\.(1?\d|2[012])$|10\.[01]$)/.test(version)) {
      await expect(refusal).rejects.toBeInstanceOf(UnsafeNatsServer);
      await expect(refusal).rejects.toThrow(`nats-server ${version} is refused: CVE-2023-47090`);
      await expect(refusal).rejects.toThrow('DO_INSECURE_DEV=1');
    } else await refusal;
  });

  it.each([
    ['a user', 'authorization { user: ann, password: "p:w/d" }', 'ann:p%3Aw%2Fd@', 'ann:secret-guess@'],
    ['a token', 'authorization { token: "to/ken" }', 'to%2Fken@', 'secret-guess@'],
  ])(
    '%s with the right credentials is let in, with others told so without repeating them',
    async (_who, config, right, wrong) => {
      const server = await nats.start({ config });
      const at = `127.0.0.1:${server.port}`;
      await settled((await nats.connect(`nats://${right}${at}`)).bus);
      for (const credentials of [wrong, '']) {
        const refusal = nats.connect(`nats://${credentials}${at}`).catch((error: unknown) => error);
        expect(await refusal).toBeInstanceOf(NatsUnavailable);
        expect(String(await refusal)).toBe(
          `NatsUnavailable: NATS at ${at} is not available: it refuses the credentials. Correct those in the url (DO_NATS_URL)`,
        );
      }
    },
  );

  it('where nothing listens, the error says where, and what to do', async () => {
    const server = await nats.start();
    await server.kill();
    const refusal = nats
      .connect(`nats://ann:secret@127.0.0.1:${server.port}`)
      .catch((error: unknown) => error);
    expect(await refusal).toMatchObject({ code: 'NATS_UNAVAILABLE', servers: [`127.0.0.1:${server.port}`] });
    expect(String(await refusal)).toMatch(/nothing listens there. Start nats-server, or correct the url/);
    expect(String(await refusal)).not.toMatch(/secret/);
  });

  it('a server that accepts and says nothing is given up after the timeout, and its sockets are closed', async () => {
    let openCount = 0;
    const mute = createServer((socket) => {
      openCount += 1;
      socket
        .on('error', () => undefined)
        .on('close', () => {
          openCount -= 1;
        });
    });
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const address = mute.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const refusal = nats.connect(`nats://127.0.0.1:${port}`, { connectTimeoutMs: 50 });
    const outcome = await refusal.catch((error: unknown) => error);
    await until(() => openCount === 0);
    await new Promise((resolve) => mute.close(resolve));
    expect(String(outcome)).toMatch(/no answer within 50 ms/);
  });

  it('of several servers one that takes the connection is enough', async () => {
    const dead = await nats.start();
    await dead.kill();
    const server = await nats.start();
    const { bus } = await nats.connect(`${dead.url},${server.url}`);
    await settled(bus);
  });

  it('tls:// never talks in the clear', async () => {
    const server = await nats.start();
    await expect(nats.connect(`tls://127.0.0.1:${server.port}`)).rejects.toBeInstanceOf(NatsUnavailable);
  });

  it.each([
    ['a malformed url', { url: 'http://127.0.0.1' }, TypeError],
    ['a malformed request pattern', { requestPatterns: ['a..b'] }, TypeError],
    ['a bound that is none', { pendingMax: 0 }, RangeError],
    ['a timeout that is none', { connectTimeoutMs: 0.5 }, RangeError],
    ['a ping interval that is none', { pingIntervalMs: 2 ** 31 }, RangeError],
  ])('%s is refused', async (_what, options, kind) => {
    await expect(nats.connect('nats://127.0.0.1:1', options)).rejects.toThrow(kind);
  });

  it('a subject that the server denies is reported, both ways', async () => {
    const server = await nats.start({
      config:
        'authorization { users: [{ user: u, password: p, permissions: { publish: ["_INBOX.>", "a.>"], subscribe: ["_INBOX.>", "a.>"] } }] }',
    });
    const { bus, errors } = await nats.connect(`nats://u:p@127.0.0.1:${server.port}`);
    bus.publish('b.c', bytes(''));
    bus.subscribe('d', () => undefined);
    await until(() => errors.length === 2);
    const denied = errors.map(({ error }) => error);
    expect(denied).toContainEqual(
      expect.objectContaining({ code: 'NATS_PERMISSION_DENIED', subject: 'b.c' }),
    );
    expect(denied).toContainEqual(expect.objectContaining({ code: 'NATS_PERMISSION_DENIED', subject: 'd' }));
    bus.subscribe('a.echo', (message) => message.respond(message.payload));
    expect(textOf(await bus.request('a.echo', bytes('allowed'), patient))).toBe('allowed');
  });

  it('a server that carries no headers is refused', async () => {
    const server = await nats.start({ config: 'no_header_support: true\n' });
    await expect(nats.connect(server.url, {})).rejects.toBeInstanceOf(NatsWithoutHeaders);
  });

  describe('JetStream streams', () => {
    const api = async (port: number, subject: string, body: object): Promise<void> => {
      const { connect: connectBare } = await import('nats');
      const connection = await connectBare({ servers: `127.0.0.1:${port}` });
      const reply = await connection.request(`$JS.API.${subject}`, JSON.stringify(body));
      await connection.close();
      expect(reply.string()).not.toMatch(/"error"/);
    };
    const create = (port: number, name: string, ...subjects: string[]): Promise<void> =>
      api(port, `STREAM.CREATE.${name}`, { name, subjects, storage: 'file', retention: 'limits' });

    it.each([
      ['do.v1.cmd.acme.action.pay.execute', 'do.v1.cmd.>'],
      ['do.v1.>', 'do.v1.cmd.>'],
      ['do.*.handler.acme.>', 'do.v1.handler.*.*.*.run'],
    ])('one that takes %s covers %s and is refused', async (subject, pattern) => {
      const server = await nats.start({ jetStream: true });
      await create(server.port, 'HARMLESS', 'other.>');
      await create(server.port, 'GREEDY', 'harmless', subject);
      const refusal = nats.connect(server.url, { requestPatterns });
      await expect(refusal).rejects.toBeInstanceOf(StreamCoversRequests);
      await expect(refusal).rejects.toMatchObject({ stream: 'GREEDY', subject, requestPattern: pattern });
    });

    it('others are fine, however many pages they fill, and so is a server without JetStream', async () => {
      const server = await nats.start({ jetStream: true });
      await create(server.port, 'DO_EVENTS', 'do.v1.evt.>');
      await nats.connect(server.url, { requestPatterns });
      for (let n = 0; n < 300; n += 1) await create(server.port, `S${n}`, `other.${n}`);
      expect((await nats.connect(server.url, { requestPatterns })).errors).toEqual([]);
      await create(server.port, 'ZZZ', 'do.v1.cmd.x');
      await expect(nats.connect(server.url, { requestPatterns })).rejects.toMatchObject({ stream: 'ZZZ' });
      const plain = await nats.start();
      expect((await nats.connect(plain.url, { requestPatterns })).errors).toEqual([]);
    });

    it('one that appeared while the bus was away is reported when it is back', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'streams-'));
      const config = `jetstream { store_dir: "${folder}" }`;
      const first = await nats.start();
      const { bus, errors } = await nats.connect(first.url, { requestPatterns });
      await first.kill();
      const creating = await nats.start({ config });
      await create(creating.port, 'GREEDY', 'do.v1.cmd.x');
      await creating.stop();
      await nats.start({ port: first.port, config });
      await until(() => errors.length > 0);
      expect(errors).toEqual([{ error: expect.any(StreamCoversRequests), where: 'nats' }]);
      expect(bus.isConnected).toBe(true);
      rmSync(folder, { recursive: true });
    });

    it('where they cannot be listed, that is reported, and the connection is made', async () => {
      const server = await nats.start({
        jetStream: true,
        config:
          'accounts { A { jetstream: enabled, users: [{ user: u, password: p, permissions: { publish: "a.>" } }] } }',
      });
      const { errors } = await nats.connect(`nats://u:p@127.0.0.1:${server.port}`, { requestPatterns });
      expect(errors.map(({ error }) => error)).toContainEqual(expect.any(StreamsUnchecked));
    });
  });
});

/** As it greets anybody. */
function greetedVersion(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', (data) => {
      socket.destroy();
      resolve(/"version":"([^"]*)"/.exec(String(data))?.[1] ?? '');
    });
    socket.once('error', reject);
  });
}
