import { join } from 'node:path';
import {
  type Platform,
  type Random,
  seededRandom,
  startPlatform,
  temporaryFolder,
} from '@action-do/test-support';
import { inParallel } from '../in-parallel.js';
import { KeepAliveClient } from '../keep-alive-client.js';
import { countRecorded } from '../recorded-actions.js';
import { residentMegabytes } from '../resident-memory.js';
import type { TortureMode, TortureOptions, TortureReport } from '../torture-mode.js';
import { hostileRequest } from './hostile-requests.js';
import { rawRequest, sendRaw } from './raw-requests.js';

const CONNECTIONS = 24;
const RAW_SHARE = 0.04;
const RAW_HANG_UP_MS_MAX = 200;
/** Node answers `Expect` of what it does not know by itself, before any code of ours. */
const NODES_OWN = 417;
/** After so many hostile requests a good one, which must be served as if nothing were. */
const GOOD_EVERY = 500;

/** Requests that break a rule each: refused with 4xx, the process lives, and nothing is appended to an action's stream. */
export const hostile: TortureMode = {
  about: 'generated hostile requests: no 5xx, nothing recorded, and the process lives',
  unit: 'requests',
  roundsDefault: 100_000,
  run: async (options) => {
    const folder = temporaryFolder('action-do-hostile');
    const dataDir = join(folder.path, 'data');
    const platform = await startPlatform({ dataDir, env: { ADO_LEDGER: join(folder.path, 'ledger.txt') } });
    try {
      return await new HostileRun(options, platform, join(dataDir, 'log')).report();
    } finally {
      await platform.kill();
      folder.remove();
    }
  },
};

class HostileRun {
  private readonly random: Random;
  private readonly client: KeepAliveClient;
  private readonly statuses = new Map<string, number>();
  private readonly violations: string[] = [];
  private good = 0;
  private cut = 0;

  constructor(
    private readonly options: TortureOptions,
    private readonly platform: Platform,
    private readonly logFolder: string,
  ) {
    this.random = seededRandom(options.seed);
    this.client = new KeepAliveClient(platform.url, CONNECTIONS);
  }

  async report(): Promise<TortureReport> {
    const { rounds, say } = this.options;
    const begunMs = performance.now();
    await this.sendGood();
    const before = residentMegabytes(this.platform.pid);
    await inParallel(rounds, CONNECTIONS, async (index) => {
      if (this.random() < RAW_SHARE) await this.sendRaw();
      else await this.sendHostile();
      if (index % GOOD_EVERY === 0) await this.sendGood();
      if ((index + 1) % 10_000 === 0)
        say(`${index + 1} of ${rounds} requests, ${this.violations.length} violations`);
    });
    const after = this.platform.ended() ? Number.NaN : residentMegabytes(this.platform.pid);
    const seconds = (performance.now() - begunMs) / 1_000;
    this.client.close();
    if (this.platform.ended()) this.violations.push(`the process ended: ${this.platform.stderr()}`);
    else if ((await this.platform.stop()) !== 0)
      this.violations.push('the stop did not end with exit code 0');
    const recorded = await this.checkLog();
    const figures = {
      requests: rounds,
      'good ones among them': this.good,
      'events in action streams': recorded,
      'connections cut while sending': this.cut,
      ...Object.fromEntries(
        [...this.statuses].toSorted().map(([status, count]) => [`answers ${status}`, count]),
      ),
      'private memory before, MB': before,
      'private memory after, MB': after,
      'requests per second': Math.round(rounds / seconds),
    };
    return { figures, violations: this.violations };
  }

  private async sendHostile(): Promise<void> {
    const { kind, codes, ...request } = hostileRequest(this.random, this.platform.apiKey);
    try {
      const { status, contentType, text } = await this.client.send(request);
      this.count(String(status));
      const typed = contentType.startsWith('application/problem+json') || status === NODES_OWN;
      const code = /"code":"([A-Z_]+)"/.exec(text)?.[1] ?? '';
      if (status < 400 || status > 499 || !typed || !(codes?.includes(code) ?? true))
        this.breach(`${kind}: ${status} ${code} as ${contentType}: ${text.slice(0, 200)}`);
    } catch (error) {
      // A body over the limit is refused before its end, and the rest of it then meets a closed door.
      const large = request.body !== undefined && request.body.length > 65_536;
      if (large && !this.platform.ended()) this.cut++;
      else this.breach(`${kind}: ${request.method} ${request.path.slice(0, 100)}: ${error}`);
    }
  }

  private async sendRaw(): Promise<void> {
    const bytes = rawRequest(this.random, this.platform.apiKey);
    const port = Number(new URL(this.platform.url).port);
    const statuses = await sendRaw(port, bytes, this.random() * RAW_HANG_UP_MS_MAX);
    if (statuses.length === 0) this.count('none, to raw bytes');
    for (const status of statuses) {
      this.count(`${status}, to raw bytes`);
      if (status < 400 || status > 499)
        this.breach(`raw ${status} to ${JSON.stringify(bytes.slice(0, 200))}`);
    }
  }

  private async sendGood(): Promise<void> {
    const body = JSON.stringify({ params: { id: `good-${this.good++}` } });
    const headers = { authorization: `Bearer ${this.platform.apiKey}`, 'content-type': 'application/json' };
    const path = '/v1/actions/note-unsafe/executions';
    const sent = await this.client.send({ method: 'POST', path, headers, body }).catch(String);
    if (typeof sent === 'string' || sent.status !== 200)
      this.breach(`a good request: ${JSON.stringify(sent)}`);
  }

  private async checkLog(): Promise<number> {
    const counts = await countRecorded(this.logFolder);
    for (const type of ['ActionRequested', 'ActionStarted', 'ActionSucceeded'])
      if (counts.get(type) !== this.good)
        this.breach(`${counts.get(type)} ${type} for ${this.good} good requests`);
    const others = [...counts.keys()].filter((type) => !/^Action(Requested|Started|Succeeded)$/.test(type));
    if (others.length > 0) this.breach(`the log holds ${others.join(', ')}`);
    return [...counts.values()].reduce((sum, count) => sum + count, 0);
  }

  private count(status: string): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
  }

  private breach(what: string): void {
    this.violations.push(what);
  }
}
