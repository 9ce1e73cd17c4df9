import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  HttpCaller,
  type LedgerLine,
  type Platform,
  readLedger,
  startPlatform,
  temporaryFolder,
} from '@action-do/test-support';

/** The platform of one spec file: started before its first test, ended and swept away after its last. */
export class OnePlatform {
  private readonly folder = temporaryFolder('action-do-e2e');
  readonly dataDir = join(this.folder.path, 'data');
  private readonly ledgerFile = join(this.folder.path, 'ledger.txt');
  private started: Platform | undefined;
  private gates = 0;

  constructor(private readonly env: Record<string, string> = {}) {}

  get platform(): Platform {
    if (this.started === undefined) throw new Error('the platform was not started');
    return this.started;
  }

  get caller(): HttpCaller {
    return new HttpCaller(this.platform.url, this.platform.apiKey);
  }

  /** Also after the platform was killed or stopped: same folder, new process. */
  async start(env: Record<string, string> = {}): Promise<Platform> {
    this.started = await startPlatform({
      dataDir: this.dataDir,
      env: { ADO_LEDGER: this.ledgerFile, ...this.env, ...env },
    });
    return this.started;
  }

  async end(): Promise<void> {
    await this.started?.kill();
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
export function onePlatform(env: Record<string, string> = {}): OnePlatform {
  const one = new OnePlatform(env);
  beforeAll(async () => void (await one.start()), 60_000);
  afterAll(() => one.end());
  return one;
}
