import { join } from 'node:path';
import {
  EFFECTS_ACTIONS,
  EffectFiles,
  type NatsServer,
  type PostgresServer,
  type Services,
  startNatsServer,
  startPostgres,
  startServices,
  startWorker,
  temporaryFolder,
} from '@action-do/test-support';
import { type Member, type MemberKind, ServiceMember, WorkerMember } from './member.js';

const SIZE = 2;
const WORKERS = 2;

/**
 * Two gateways, executors and projectors, an event log and two workers, each a process, on a nats-server and a PostgreSQL
 * of their own: what is struck, and mended again. Half of the actions are performed by the executors, half by the workers.
 */
export class Fleet {
  private readonly folder = temporaryFolder('action-do-fleet');
  private readonly dataDir = join(this.folder.path, 'data');
  private readonly effectsFolder = join(this.folder.path, 'effects');
  private nats: NatsServer | undefined;
  private postgres: PostgresServer | undefined;
  private databaseUrl = '';
  private running: Services | undefined;
  private all: readonly Member[] = [];
  readonly effects = new EffectFiles(this.effectsFolder);

  async start(leaseMs: number): Promise<void> {
    [this.nats, this.postgres] = await Promise.all([startNatsServer(), startPostgres()]);
    const natsUrl = this.nats.url;
    this.databaseUrl = this.postgres.database();
    this.running = await startServices({
      dataDir: this.dataDir,
      size: SIZE,
      natsUrl,
      databaseUrl: this.databaseUrl,
      env: {
        ADO_EFFECTS: this.effectsFolder,
        DO_ACTIONS: EFFECTS_ACTIONS.local,
        DO_LEASE_MS: String(leaseMs),
        DO_LOG_LEVEL: 'error',
      },
    });
    const { stack, apiKey } = this.running;
    const workers = Array.from(
      { length: WORKERS },
      (_, index) =>
        new WorkerMember(`worker ${index + 1}`, () =>
          startWorker({
            natsUrl,
            apiKey,
            actions: EFFECTS_ACTIONS.remote,
            env: { ADO_EFFECTS: this.effectsFolder },
          }),
        ),
    );
    await Promise.all(workers.map((worker) => worker.start()));
    this.all = [
      ...stack.gateways.map((service) => new ServiceMember('gateway', service)),
      ...stack.executors.map((service) => new ServiceMember('executor', service)),
      ...stack.projectors.map((service) => new ServiceMember('projector', service)),
      ...(stack.eventLog === null ? [] : [new ServiceMember('event log', stack.eventLog)]),
      ...workers,
    ];
  }

  get services(): Services {
    if (this.running === undefined) throw new Error('the fleet was not started');
    return this.running;
  }

  get gateways(): { readonly urls: readonly string[]; readonly apiKey: string } {
    return { urls: this.services.stack.urls, apiKey: this.services.apiKey };
  }

  /** Of the views: they outlast the services. */
  get viewsUrl(): string {
    return this.databaseUrl;
  }

  get logFolder(): string {
    return join(this.dataDir, 'log');
  }

  members(...kinds: readonly MemberKind[]): readonly Member[] {
    return kinds.length === 0 ? this.all : this.all.filter(({ kind }) => kinds.includes(kind));
  }

  /** SIGKILL of nats-server. */
  async killBus(): Promise<void> {
    await this.nats?.kill();
  }

  /** A new one at the same address. */
  async startBus(): Promise<void> {
    const port = this.nats?.port;
    if (port !== undefined) this.nats = await startNatsServer({ port });
  }

  /** Everything ends in order. @throws Error something did not */
  async stop(): Promise<void> {
    const codes = await Promise.all(this.members('worker').map((worker) => worker.stop()));
    await this.services.stop();
    if (codes.some((code) => code !== 0)) throw new Error(`workers ended with ${codes.join(', ')}`);
  }

  async end(): Promise<void> {
    await Promise.all(this.members('worker').map((worker) => worker.kill()));
    await this.running?.kill();
    await this.postgres?.stop();
    await this.nats?.stop();
    this.folder.remove();
  }
}
