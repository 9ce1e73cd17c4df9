import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '@action-do/test-support';
import { GatewayClient } from './gateway-client.js';
import { pick } from './works.js';

const ASK_EVERY_MS = 100;
const SILENT_MS = 1_000;

/** Which gateways to ask, as a router in front of them would: those that say that they are ready. */
export class Readiness {
  private readonly clients: readonly GatewayClient[];
  private readonly ready: boolean[];
  private readonly over = new AbortController();
  private asking: Promise<unknown> = Promise.resolve();

  constructor(urls: readonly string[]) {
    this.clients = urls.map((url) => new GatewayClient(url, 1));
    this.ready = urls.map(() => true);
  }

  start(): void {
    this.asking = Promise.all(this.clients.map((client, gateway) => this.ask(client, gateway)));
  }

  async stop(): Promise<void> {
    this.over.abort();
    await this.asking;
    for (const client of this.clients) client.close();
  }

  /** One that is ready; any, where none is. */
  choose(random: Random): number {
    const all = [...this.ready.keys()];
    const ready = all.filter((gateway) => this.ready[gateway]);
    return pick(ready.length > 0 ? ready : all, random);
  }

  private async ask(client: GatewayClient, gateway: number): Promise<void> {
    const { signal } = this.over;
    while (!signal.aborted) {
      const asking = {
        method: 'GET',
        path: '/health/ready',
        headers: {},
        body: '',
        withinMs: SILENT_MS,
      } as const;
      const reply = await client.send(asking);
      this.ready[gateway] = reply.kind === 'answer' && reply.status === 200;
      await delay(ASK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
