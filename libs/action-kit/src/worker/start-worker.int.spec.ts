import { connectNats } from '@action-do/messaging';
import { canRun, type NatsServer, natsServerProgram, startNatsServer, until } from '@action-do/test-support';
import { z } from 'zod';
import type { ActionWorker } from '../action-worker.js';
import { defineAction } from '../define-action.js';
import { API_KEY, jsonOf, PlatformDouble } from './served-worker.contract.js';
import { startWorker } from './start-worker.js';

const times = (name: string, factor: number) =>
  defineAction({
    name,
    effects: 'none',
    params: z.object({ n: z.number() }),
    result: z.number(),
    run: ({ n }) => factor * n,
  });

// Skipped: only where there is no nats-server.
const suite = canRun(natsServerProgram(), 'nats-server') ? describe : describe.skip;

suite('a worker whose NATS server dies and comes back on the same port', () => {
  const servers: NatsServer[] = [];
  let platform: PlatformDouble;
  let worker: ActionWorker;
  let said: string[];

  const startServer = async (port?: number): Promise<NatsServer> => {
    const server = await startNatsServer(port === undefined ? {} : { port });
    servers.push(server);
    return server;
  };
  const startPlatform = async ({ url }: NatsServer): Promise<void> => {
    platform = new PlatformDouble(await connectNats({ url, name: 'platform', insecureDev: true }));
    platform.register();
  };
  const registered = () => platform.registered.map(({ name }) => name);

  beforeEach(async () => {
    said = [];
    const server = await startServer();
    await startPlatform(server);
    const log = (message: string): void => void said.push(message);
    const logger = { debug: log, info: log, warn: log, error: log };
    const options = { natsUrl: server.url, apiKey: API_KEY, insecureDev: true, signals: false, logger };
    worker = await startWorker([times('double', 2), times('triple', 3)], options);
    platform.registered.length = 0;
  });
  afterEach(async () => {
    await worker.close();
    await platform.end();
    for (const server of servers.splice(0)) await server.stop();
  });

  it('registers its contracts again at once, and serves', async () => {
    const [server] = servers;
    await server?.kill();
    await startServer(server?.port);
    await until('both are registered again', () => registered().length >= 2);
    expect(registered().slice(0, 2)).toEqual(['double@1', 'triple@1']);
    expect(jsonOf(await platform.run('double', { n: 4 }))).toBe(8);
  });

  it('refuses a server without allow-lists where it is told to, and where a user is named it warns', async () => {
    const [server] = servers;
    const options = { natsUrl: server?.url ?? '', apiKey: API_KEY, insecureDev: true, signals: false };
    await expect(
      startWorker([times('double', 2)], { ...options, requireNatsAcl: true }),
    ).rejects.toMatchObject({
      code: 'NATS_UNSAFE',
      message: expect.stringMatching(/what is not for worker-default: .*infra\/nats\.conf/),
    });
    expect(said.filter((message) => /not for worker/.test(message))).toEqual([]);
    const natsUrl = options.natsUrl.replace('nats://', 'nats://ann:any@');
    const log = (message: string): void => void said.push(message);
    const logger = { debug: log, info: log, warn: log, error: log };
    const second = await startWorker([times('double', 2)], { ...options, natsUrl, logger });
    await second.close();
    expect(said.filter((message) => /not for worker/.test(message))).toHaveLength(1);
  });

  it('registers them within seconds of the platform, where that comes back after the server', async () => {
    const [server] = servers;
    await platform.bus.close();
    await server?.kill();
    const next = await startServer(server?.port);
    await until('the worker is back and hears nobody', () =>
      said.some((message) => /cannot be reached: nobody answers/.test(message)),
    );
    expect(said.some((message) => /NATS: reconnected/.test(message))).toBe(true);
    await startPlatform(next);
    await until('both are registered again', () => registered().length >= 2, 5_000);
    expect(jsonOf(await platform.run('triple', { n: 4 }))).toBe(12);
  });
});
