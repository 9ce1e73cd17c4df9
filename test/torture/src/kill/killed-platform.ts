import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  LEDGER_ACTIONS,
  type LedgerLine,
  type Platform,
  readLedger,
  startPlatform,
  WELCOME_EMAIL_ACTION,
} from '@action-do/test-support';
import { Do } from '@do-sdk/core';
import type { Effects } from './check-round.js';

/** A platform that is killed again and again and comes back at the same address, on the same folder. */
export class KilledPlatform {
  kills = 0;
  private platform: Platform | undefined;
  private readonly dataDir: string;
  private readonly ledgerFile: string;

  constructor(
    folder: string,
    private readonly port: number,
  ) {
    this.dataDir = join(folder, 'data');
    this.ledgerFile = join(folder, 'ledger.txt');
  }

  async start(): Promise<void> {
    this.platform = await startPlatform({
      dataDir: this.dataDir,
      port: this.port,
      env: { ADO_LEDGER: this.ledgerFile, DO_ACTIONS: `${WELCOME_EMAIL_ACTION},${LEDGER_ACTIONS}` },
    });
  }

  async killAndStart(): Promise<void> {
    await this.end();
    this.kills++;
    await this.start();
  }

  /** @returns the exit code */
  stop(): Promise<number | null> {
    return this.running().stop();
  }

  /** Whatever still runs. */
  async end(): Promise<void> {
    await this.platform?.kill();
  }

  /** That the platform cannot be reached is what this is about, so the SDK need not say so. */
  client(): Do {
    const { apiKey, url } = this.running();
    return new Do(apiKey, { baseUrl: url, onWarning: () => {} });
  }

  get logFolder(): string {
    return join(this.dataDir, 'log');
  }

  /** What happened outside so far. */
  effects(): Effects {
    const ledger = new Map<string, LedgerLine[]>();
    for (const line of readLedger(this.ledgerFile)) {
      const lines = ledger.get(line.id);
      if (lines === undefined) ledger.set(line.id, [line]);
      else lines.push(line);
    }
    const mails = readdirSync(join(this.dataDir, 'mail')).filter((name) => name.endsWith('.eml'));
    return { ledger, mails: new Set(mails.map((name) => name.slice(0, -'.eml'.length))) };
  }

  private running(): Platform {
    if (this.platform === undefined) throw new Error('the platform was not started');
    return this.platform;
  }
}
