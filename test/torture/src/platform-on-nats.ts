import { join } from 'node:path';
import {
  LEDGER_ACTIONS,
  type LedgerLine,
  type NatsServer,
  type Platform,
  type RunningWorker,
  readLedger,
  startNatsServer,
  startPlatform,
  startWorker,
  temporaryFolder,
  WELCOME_EMAIL_ACTION,
} from '@action-do/test-support';

/** A platform on a real nats-server, its actions in a worker: what a round may break, and mend again. */
export class PlatformOnNats {
  private readonly folder = temporaryFolder('action-do-torture');
  readonly dataDir = join(this.folder.path, 'data');
  private readonly ledgerFile = join(this.folder.path, 'ledger.txt');
  private natsServer: NatsServer | undefined;
  private started: Platform | undefined;
  private serving: RunningWorker | undefined;

  get nats(): NatsServer {
    if (this.natsServer === undefined) throw new Error('nats-server was not started');
    return this.natsServer;
  }

  get platform(): Platform {
    if (this.started === undefined) throw new Error('the platform was not started');
    return this.started;
  }

  get worker(): RunningWorker {
    if (this.serving === undefined) throw new Error('the worker was not started');
    return this.serving;
  }

  async start(): Promise<void> {
    this.natsServer = await startNatsServer();
    this.started = await startPlatform({
      dataDir: this.dataDir,
      env: {
        DO_NATS_URL: this.nats.url,
        DO_INSECURE_DEV: '1',
        DO_ACTIONS: '',
        DO_LOG_LEVEL: 'silent',
        ADO_LEDGER: this.ledgerFile,
      },
    });
    await this.startWorker();
  }

  async startWorker(): Promise<RunningWorker> {
    this.serving = await startWorker({
      natsUrl: this.nats.url,
      apiKey: this.platform.apiKey,
      actions: `${WELCOME_EMAIL_ACTION},${LEDGER_ACTIONS}`,
      env: { ADO_LEDGER: this.ledgerFile, DO_DATA_DIR: this.dataDir },
    });
    return this.serving;
  }

  /** SIGKILL, and a new server at the same address as soon as the old one is gone. */
  async killAndStartNats(): Promise<void> {
    const { port } = this.nats;
    await this.nats.kill();
    this.natsServer = await startNatsServer({ port });
  }

  ledger(): LedgerLine[] {
    return readLedger(this.ledgerFile);
  }

  get logFolder(): string {
    return join(this.dataDir, 'log');
  }

  async end(): Promise<void> {
    await this.serving?.kill();
    await this.started?.kill();
    await this.natsServer?.stop();
    this.folder.remove();
  }
}
