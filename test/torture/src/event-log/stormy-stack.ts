import { join } from 'node:path';
import {
  type LedgerLine,
  type NatsServer,
  type PostgresServer,
  readLedger,
  type Services,
  startNatsServer,
  startPostgres,
  startServices,
  temporaryFolder,
} from '@action-do/test-support';
import type { Gateways } from './storm-callers.js';

const SIZE = 2;

type LogService = NonNullable<Services['stack']['eventLog']>;

/** Two of each service on nats-server, PostgreSQL and an event log that can be killed, frozen and begun again. */
export class StormyStack {
  private readonly folder = temporaryFolder('action-do-storm');
  private readonly dataDir = join(this.folder.path, 'data');
  private readonly ledgerFile = join(this.folder.path, 'ledger.txt');
  private nats: NatsServer | undefined;
  private postgres: PostgresServer | undefined;
  private running: Services | undefined;

  async start(): Promise<void> {
    [this.nats, this.postgres] = await Promise.all([startNatsServer(), startPostgres()]);
    this.running = await startServices({
      dataDir: this.dataDir,
      size: SIZE,
      natsUrl: this.nats.url,
      databaseUrl: this.postgres.database(),
      env: { ADO_LEDGER: this.ledgerFile, DO_LOG_LEVEL: 'error' },
    });
  }

  get services(): Services {
    if (this.running === undefined) throw new Error('the services were not started');
    return this.running;
  }

  get gateways(): Gateways {
    return { urls: this.services.stack.urls, apiKey: this.services.apiKey };
  }

  get logFolder(): string {
    return join(this.dataDir, 'log');
  }

  /** SIGKILL. */
  killLog(): Promise<void> {
    return this.log.kill();
  }

  /** On the same folder, at the same port. Resolves with its ready line. */
  async startLog(): Promise<void> {
    await this.log.start();
  }

  /** SIGSTOP: its sockets stay open, and nobody answers. */
  freezeLog(): void {
    process.kill(this.log.process.pid, 'SIGSTOP');
  }

  thawLog(): void {
    process.kill(this.log.process.pid, 'SIGCONT');
  }

  /** An empty database beside that of the views. */
  newDatabase(): string {
    if (this.postgres === undefined) throw new Error('PostgreSQL was not started');
    return this.postgres.database();
  }

  /** Calls of handlers by work. */
  ledger(): ReadonlyMap<string, readonly LedgerLine[]> {
    const lines = new Map<string, LedgerLine[]>();
    for (const line of readLedger(this.ledgerFile)) {
      const same = lines.get(line.id);
      if (same === undefined) lines.set(line.id, [line]);
      else same.push(line);
    }
    return lines;
  }

  /** Services that are no longer there, with their last words. */
  ended(): string[] {
    const { gateways, executors, projectors } = this.services.stack;
    return [...gateways, ...executors, ...projectors]
      .filter(({ process }) => process.ended())
      .map(({ name, process }) => `${name} ended: ${process.stderr().slice(-1_000)}`);
  }

  async end(): Promise<void> {
    await this.running?.kill();
    await this.postgres?.stop();
    await this.nats?.stop();
    this.folder.remove();
  }

  private get log(): LogService {
    const { eventLog } = this.services.stack;
    if (eventLog === null) throw new Error('the log is a server of somebody else');
    return eventLog;
  }
}
