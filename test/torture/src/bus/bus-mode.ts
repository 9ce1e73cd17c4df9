import { HEADERS, type JsonObject } from '@action-do/contracts';
import { HttpCaller, type Random, seededRandom } from '@action-do/test-support';
import { connect, type MsgHdrs, type NatsConnection, headers as natsHeaders } from 'nats';
import { inParallel } from '../in-parallel.js';
import { PlatformOnNats } from '../platform-on-nats.js';
import { countRecorded } from '../recorded-actions.js';
import { residentMegabytes } from '../resident-memory.js';
import type { TortureMode, TortureOptions, TortureReport } from '../torture-mode.js';
import { type HostileMessage, hostileMessage } from './hostile-messages.js';

const IN_FLIGHT = 256;
const ANSWER_WITHIN_MS = 15_000;
/** After so many hostile messages a good call, which must be served as if nothing were. */
const GOOD_EVERY = 5_000;

/** Messages that break a rule each, from a bare client of NATS: every request gets a typed error, every service lives. */
export const hostileBus: TortureMode = {
  about: 'hostile messages on a real nats-server: every request gets a typed error, and every service lives',
  unit: 'messages',
  roundsDefault: 1_000_000,
  run: async (options) => {
    const system = new PlatformOnNats();
    try {
      await system.start();
      const client = await connect({ servers: system.nats.url, noAsyncTraces: true });
      try {
        return await new BusRun(options, system, client).report();
      } finally {
        await client.close();
      }
    } finally {
      await system.end();
    }
  },
};

class BusRun {
  private readonly random: Random;
  private readonly violations: string[] = [];
  private readonly codes = new Map<string, number>();
  private good = 0;

  constructor(
    private readonly options: TortureOptions,
    private readonly system: PlatformOnNats,
    private readonly client: NatsConnection,
  ) {
    this.random = seededRandom(options.seed);
  }

  async report(): Promise<TortureReport> {
    const { rounds, say } = this.options;
    const { platform, worker } = this.system;
    await this.sendGood();
    const before = residentMegabytes(platform.pid);
    const begunMs = performance.now();
    await inParallel(rounds, IN_FLIGHT, async (index) => {
      await this.sendHostile();
      if (index % GOOD_EVERY === 0) await this.sendGood();
      if ((index + 1) % 50_000 === 0)
        say(`${index + 1} of ${rounds} messages, ${this.violations.length} violations`);
    });
    const seconds = (performance.now() - begunMs) / 1_000;
    await this.sendGood();
    if (platform.ended()) this.violations.push(`the platform ended: ${platform.stderr()}`);
    if (worker.ended()) this.violations.push(`the worker ended: ${worker.stderr()}`);
    const after = platform.ended() ? Number.NaN : residentMegabytes(platform.pid);
    if ((await platform.stop()) !== 0) this.violations.push('the platform did not stop with exit code 0');
    const recorded = await countRecorded(this.system.logFolder);
    for (const type of ['ActionRequested', 'ActionSucceeded'])
      if (recorded.get(type) !== this.good)
        this.violations.push(`${recorded.get(type)} ${type} in the log for ${this.good} good calls`);
    return {
      figures: {
        messages: rounds,
        'good calls among them': this.good,
        ...Object.fromEntries([...this.codes].toSorted().map(([code, count]) => [`answers ${code}`, count])),
        'private memory before, MB': before,
        'private memory after, MB': after,
        'messages per second': Math.round(rounds / seconds),
      },
      violations: this.violations.slice(0, 1_000),
    };
  }

  private async sendHostile(): Promise<void> {
    const message = hostileMessage(this.random, this.system.platform.apiKey);
    try {
      const reply = await this.client.request(message.subject, message.payload, {
        timeout: ANSWER_WITHIN_MS,
        headers: toHeaders(message),
      });
      const code = reply.headers?.get(HEADERS.errorCode) ?? '';
      this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
      const body: JsonObject = JSON.parse(new TextDecoder().decode(reply.data));
      const said = typeof body['error'] === 'object' ? (body['error'] as JsonObject)['code'] : body['code'];
      if (code === '' || code === 'INTERNAL' || said !== code)
        this.breach(message, `answered ${JSON.stringify(body).slice(0, 200)}`);
    } catch (error) {
      this.breach(message, String(error));
    }
  }

  private async sendGood(): Promise<void> {
    const caller = new HttpCaller(this.system.platform.url, this.system.platform.apiKey);
    const { status, text } = await caller.execute('note-unsafe', { id: `good-${this.good++}` });
    if (status !== 200) this.violations.push(`a good call: ${status} ${text.slice(0, 200)}`);
  }

  private breach({ kind, subject, payload }: HostileMessage, what: string): void {
    const shown = new TextDecoder().decode(payload.slice(0, 120));
    this.violations.push(`${kind} to ${subject}: ${what}; body ${JSON.stringify(shown)}`);
  }
}

/** As a client may build them, however wrong; what the client itself does not let out is left out. */
function toHeaders({ headers: given }: HostileMessage): MsgHdrs {
  const made = natsHeaders();
  for (const [name, value] of Object.entries(given)) {
    try {
      made.set(name, value);
    } catch {
      made.set(name, 'x');
    }
  }
  return made;
}
