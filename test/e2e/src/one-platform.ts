import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  HttpCaller,
  LEDGER_ACTIONS,
  type LedgerLine,
  type NatsServer,
  type Platform,
  type PostgresServer,
  type RunningWorker,
  readLedger,
  type Services,
  startNatsServer,
  startPlatform,
  startPostgres,
  startServices,
  startWorker,
  temporaryFolder,
} from '@action-do/test-support';
import { type E2eMode, e2eMode, servicesOf } from './e2e-mode.js';

/**
 * The platform of one spec file: started before its first test, ended and swept away after its last. By the mode of the
 * run its bus is in-process or a real nats-server, its actions run in-process or in a worker, and it is one process or a
 * process for each service. A worker dies and is started with its platform, and so do all services and their log: as far
 * as a test can see, they are a part of it.
 */
export class OnePlatform {
  private readonly folder = temporaryFolder('action-do-e2e');
  readonly dataDir = join(this.folder.path, 'data');
  private readonly ledgerFile = join(this.folder.path, 'ledger.txt');
  private started: Platform | undefined;
  private readonly workers: RunningWorker[] = [];
  private nats: NatsServer | undefined;
  private postgres: PostgresServer | undefined;
  private databaseUrl: string | undefined;
  private running: Services | undefined;
  private gates = 0;

  constructor(
    private readonly env: Record<string, string> = {},
    private readonly mode: E2eMode = e2eMode(),
    /** Its actions run in a worker, and nowhere else. */
    private readonly inWorker = mode === 'worker',
  ) {}

  /** The server of its bus, where it has one. */
  get natsServer(): NatsServer {
    if (this.nats === undefined) throw new Error('the platform has no NATS server');
    return this.nats;
  }

  /** Its services, where it has some. */
  get services(): Services {
    if (this.running === undefined) throw new Error('the platform has no services');
    return this.running;
  }

  /** Of its views, where they are in PostgreSQL. */
  get database(): { readonly server: PostgresServer; readonly url: string } {
    const { postgres: server, databaseUrl: url } = this;
    if (server === undefined || url === undefined) throw new Error('the platform has no PostgreSQL');
    return { server, url };
  }

  get platform(): Platform {
    if (this.started === undefined) throw new Error('the platform was not started');
    return this.started;
  }

  get caller(): HttpCaller {
    return new HttpCaller(this.platform.url, this.platform.apiKey);
  }

  /** Also after the platform was killed or stopped: same folder, new process. */
  async start(env: Record<string, string> = {}): Promise<Platform> {
    const given: Record<string, string> = { ADO_LEDGER: this.ledgerFile, ...this.env, ...env };
    if (this.mode === 'in-process') {
      this.started = await startPlatform({ dataDir: this.dataDir, env: given });
      return this.started;
    }
    this.nats ??= await startNatsServer();
    const size = servicesOf(this.mode);
    if (size !== null) {
      await this.killWorkers();
      await this.startServices(this.inWorker ? { ...given, DO_ACTIONS: '' } : given, size, this.nats.url);
      if (this.inWorker) await this.startWorker(given);
      return this.platform;
    }
    const onNats = { ...given, DO_NATS_URL: this.nats.url, DO_INSECURE_DEV: '1' };
    if (!this.inWorker) {
      this.started = await startPlatform({ dataDir: this.dataDir, env: onNats });
      return this.started;
    }
    await this.killWorkers();
    const platform = await startPlatform({ dataDir: this.dataDir, env: { ...onNats, DO_ACTIONS: '' } });
    this.started = {
      ...platform,
      kill: async () => void (await Promise.all([platform.kill(), this.killWorkers()])),
    };
    await this.startWorker(given);
    return this.started;
  }

  private async startServices(env: Record<string, string>, size: number, natsUrl: string): Promise<void> {
    this.postgres ??= await startPostgres();
    this.databaseUrl ??= this.postgres.database();
    const { dataDir, databaseUrl } = this;
    this.running = await startServices({ dataDir, env, size, natsUrl, databaseUrl });
    this.started = this.running;
  }

  /** One more worker of the same actions. */
  async startWorker(env: Record<string, string> = {}): Promise<RunningWorker> {
    const given: Record<string, string> = { ADO_LEDGER: this.ledgerFile, ...this.env, ...env };
    const worker = await startWorker({
      natsUrl: this.natsServer.url,
      apiKey: this.platform.apiKey,
      actions: given['DO_ACTIONS'] ?? LEDGER_ACTIONS,
      env: { DO_DATA_DIR: this.dataDir, ...given },
    });
    this.workers.push(worker);
    return worker;
  }

  get servingWorkers(): readonly RunningWorker[] {
    return this.workers;
  }

  async killWorkers(): Promise<void> {
    await Promise.all(this.workers.splice(0).map((worker) => worker.kill()));
  }

  /** Of its NATS server: SIGKILL, and a new one at the same address. */
  async restartNats(): Promise<void> {
    const { port } = this.natsServer;
    await this.natsServer.kill();
    this.nats = await startNatsServer({ port });
  }

  /** Of a platform that was ended. */
  deleteViews(): void {
    if (this.databaseUrl === undefined) rmSync(join(this.dataDir, 'views'), { recursive: true });
    else this.postgres?.empty(this.databaseUrl);
  }

  async end(): Promise<void> {
    await this.started?.kill();
    await this.killWorkers();
    await this.nats?.stop();
    await this.postgres?.stop();
    this.folder.remove();
  }

  /** What the outside world saw of one piece of work. */
  ledgerOf(id: string): LedgerLine[] {
    return readLedger(this.ledgerFile).filter((line) => line.id === id);
  }

  /** The whole ledger. */
  ledger(): LedgerLine[] {
    return readLedger(this.ledgerFile);
  }

  /** Keeps a handler that is given `file` from ending until it is opened. */
  gate(): { file: string; open(): void } {
    const file = join(this.folder.path, `gate-${++this.gates}`);
    return { file, open: () => writeFileSync(file, '') };
  }
}

/** One platform for all tests of the file that calls this. */
export function onePlatform(env: Record<string, string> = {}, mode = e2eMode()): OnePlatform {
  const one = new OnePlatform(env, mode);
  beforeAll(async () => void (await one.start()), 60_000);
  afterAll(() => one.end());
  return one;
}
