import { type NatsServer, type NatsServerOptions, startNatsServer } from '@action-do/test-support';
import { connectNats } from './connect-nats.js';
import type { NatsBus, NatsBusOptions } from './nats-bus-options.js';

export interface ToldBus {
  readonly bus: NatsBus;
  /** "disconnected: why", in order */
  readonly statuses: string[];
  readonly errors: { readonly error: unknown; readonly where: string }[];
}

/** Servers and connections of one spec; `end` after each case. */
export class NatsProbe {
  readonly #servers: NatsServer[] = [];
  readonly #buses: NatsBus[] = [];

  async start(options?: NatsServerOptions): Promise<NatsServer> {
    const server = await startNatsServer(options);
    this.#servers.push(server);
    return server;
  }

  async connect(url: string, more: Partial<NatsBusOptions> = {}): Promise<ToldBus> {
    const statuses: string[] = [];
    const errors: ToldBus['errors'] = [];
    const bus = await connectNats({
      url,
      name: 'spec',
      insecureDev: true,
      onStatus: (status, detail) => void statuses.push(`${status}: ${detail}`),
      onHandlerError: (error, where) => void errors.push({ error, where }),
      ...more,
    });
    this.#buses.push(bus);
    return { bus, statuses, errors };
  }

  async end(): Promise<void> {
    await Promise.all(this.#buses.splice(0).map((bus) => bus.close()));
    // Killed, for one may be stopped by a signal; stopped, to sweep its folder away.
    for (const server of this.#servers.splice(0)) {
      await server.kill();
      await server.stop();
    }
  }
}
