/**
 * Everything that the sample actions have effects on, in one process and on 127.0.0.1: services over HTTP, each with its
 * own habits, and a mail server. It can be told what goes wrong next, and tells what it did.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import { type Effect, Effects } from './effects.js';
import { type Answer, Refusal } from './endpoint.js';
import { Fault, Faults } from './faults.js';
import { mailServer } from './mail-server.js';
import { readBody } from './read-body.js';
import { Routes } from './routes.js';

export interface OutsideWorldOptions {
  /** Default 0: one that is free. */
  readonly port?: number;
  readonly smtpPort?: number;
}

const CONNECTIONS_MAX = 200;
const MAIL = { name: 'mail.send', method: 'SMTP', path: '' } as const;

export class OutsideWorld {
  readonly #effects = new Effects();
  readonly #faults = new Faults();
  readonly #routes = new Routes(this.#effects.did);
  readonly #http: Server = createServer((request, response) => void this.#serve(request, response));
  readonly #smtp: NetServer = mailServer(this.#effects.did, (on) => this.#faults.take(on));
  readonly #sockets = new Set<Socket>();
  readonly #hanging = new Set<ServerResponse>();

  private constructor() {
    for (const server of [this.#http, this.#smtp]) {
      server.maxConnections = CONNECTIONS_MAX;
      server.on('connection', (socket: Socket) => {
        this.#sockets.add(socket);
        socket.once('close', () => this.#sockets.delete(socket));
      });
    }
  }

  /** @throws Error a port is taken */
  static async start({ port = 0, smtpPort = 0 }: OutsideWorldOptions = {}): Promise<OutsideWorld> {
    const world = new OutsideWorld();
    await listen(world.#http, port);
    await listen(world.#smtp, smtpPort).catch(async (error: unknown) => {
      await world.stop();
      throw error;
    });
    return world;
  }

  get url(): string {
    return `http://127.0.0.1:${portOf(this.#http)}`;
  }

  get smtpUrl(): string {
    return `smtp://127.0.0.1:${portOf(this.#smtp)}`;
  }

  /** What it did, all of it or what was done by one endpoint. */
  effects(what?: string): readonly Effect[] {
    return this.#effects.list(what);
  }

  /** Says what goes wrong next. @throws Refusal there is no such endpoint, or no such fault */
  plan(fault: unknown): Fault {
    return this.#plan(fault);
  }

  /** How many calls hang at this moment. */
  get hanging(): number {
    return this.#hanging.size;
  }

  /** From now on nothing goes wrong; what hangs is cut. */
  heal(): void {
    this.#faults.clear();
    for (const response of this.#hanging) response.destroy();
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all([this.#http, this.#smtp].map((server) => new Promise((done) => server.close(done))));
  }

  #plan(given: unknown): Fault {
    const parsed = Fault.safeParse(given);
    if (!parsed.success) {
      const issues = parsed.error.issues.map(
        ({ path, message }) => `${path.join('.') || 'body'}: ${message}`,
      );
      throw new Refusal(422, 'FAULT_INVALID', issues.join('; '));
    }
    const names = [...this.#routes.endpoints, MAIL].map(({ name }) => name);
    if (!names.includes(parsed.data.on))
      throw new Refusal(
        422,
        'FAULT_INVALID',
        `on: there is no ${parsed.data.on}; there are ${names.join(', ')}`,
      );
    this.#faults.plan(parsed.data);
    return parsed.data;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const answer = await this.#answer(request, response);
      if (answer !== null) send(response, answer);
    } catch (error) {
      if (error instanceof Refusal)
        send(response, { status: error.status, body: { code: error.code, message: error.message } });
      // Whoever asked has gone, or this has a bug: neither must end the world for the others.
      else response.destroy();
    }
  }

  /** Null where nothing is answered. */
  async #answer(request: IncomingMessage, response: ServerResponse): Promise<Answer | null> {
    const at = `http://outside.world${request.url ?? '/'}`;
    if (!URL.canParse(at)) throw new Refusal(400, 'URL_INVALID', 'the path cannot be read');
    const { pathname, searchParams: query } = new URL(at);
    const body = await readBody(request);
    const control = this.#control(`${request.method} ${pathname}`, query, body);
    if (control !== undefined) return control;
    const route = this.#routes.find(request.method, pathname);
    if (route === undefined)
      throw new Refusal(
        404,
        'NO_SUCH_ENDPOINT',
        `there is no ${request.method} ${pathname}: GET / lists all`,
      );
    const fault = this.#faults.take(route.endpoint.name);
    if (fault?.kind === 'fail')
      throw new Refusal(fault.status, 'OUT_OF_ORDER', 'it was told to fail, and did nothing');
    if (fault?.kind === 'hang') {
      this.#hanging.add(response);
      response.once('close', () => this.#hanging.delete(response));
      return null;
    }
    const header = (name: string): string | undefined => {
      const value = request.headers[name];
      return Array.isArray(value) ? value[0] : value;
    };
    const answer = route.endpoint.answer({ path: route.path, query, header, body });
    if (fault?.kind === 'lose') response.destroy();
    return fault?.kind === 'lose' ? null : answer;
  }

  /** What is said to the world itself, and not to one of its services. */
  #control(what: string, query: URLSearchParams, body: unknown): Answer | undefined {
    switch (what) {
      case 'GET /': {
        const endpoints = [...this.#routes.endpoints, MAIL];
        return {
          status: 200,
          body: { endpoints: endpoints.map(({ name, method, path }) => ({ name, method, path })) },
        };
      }
      case 'GET /effects':
        return { status: 200, body: { items: this.#effects.list(query.get('what')) } };
      case 'GET /faults':
        return { status: 200, body: { items: this.#faults.list(), hanging: this.hanging } };
      case 'POST /faults':
        return { status: 200, body: this.#plan(body) };
      case 'DELETE /faults':
        this.heal();
        return { status: 200, body: {} };
      default:
        return undefined;
    }
  }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}

const listen = (server: NetServer, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

function portOf(server: NetServer): number {
  const address = server.address() as AddressInfo;
  return address.port;
}
