import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** Nobody who routes by readiness sends anything any more once nothing came for so long. */
const QUIET_MS = 100;
/** What a request whose first bytes are there may take to arrive as a whole. Then nobody was given it, and nobody will be. */
const ARRIVING_MS = 1_000;
/** As many as wait to be accepted (Node's backlog): a turn of the event loop may accept just one of them. */
const TURNS_MAX = 511;

/**
 * How a server leaves without cutting off a request (connection draining). Node's own `close` destroys a kept connection
 * whose next request is there and unread, resets what was not accepted yet, and waits for ever for one that says nothing.
 *  D1 while it leaves, each answer ends its connection: who asks again does so elsewhere;
 *  D2 it listens until nothing but health checks came for a while: so whoever watches its readiness learns of it first;
 *  D3 it stops listening right behind a look at all its connections, so that what had arrived has been read;
 *  D4 a connection on which no whole request arrives in time is ended.
 */
export class ConnectionDrain {
  private readonly sockets = new Map<Socket, IncomingMessage | null>();
  private askedAtMs = Number.NEGATIVE_INFINITY;
  /** Connections and requests so far. */
  private arrivals = 0;
  private leaving: Promise<void> | null = null;

  /** Before it listens. @param quietMs how long nobody has to ask */
  constructor(
    private readonly fastify: FastifyInstance,
    private readonly quietMs = QUIET_MS,
  ) {
    fastify.server.on('connection', (socket) => this.keep(socket));
    fastify.addHook('onRequest', ({ raw }, reply, done) => {
      this.note(raw, reply.raw);
      done();
    });
    fastify.addHook('onSend', (_request, reply, _payload, done) => {
      if (this.isLeaving) reply.header('connection', 'close');
      done();
    });
  }

  get isLeaving(): boolean {
    return this.leaving !== null;
  }

  /**
   * Resolves when it listens no more: at once where nobody asks, and after `mostMs` milliseconds where they do not stop.
   * What was asked until then is still to be answered.
   */
  leave(mostMs: number): Promise<void> {
    this.leaving ??= this.stopListening(mostMs);
    return this.leaving;
  }

  /** Resolves when each connection has ended. */
  async ended(): Promise<void> {
    await this.leave(0);
    if (this.sockets.size === 0) return;
    const overdue = setTimeout(() => this.endUnasked(), ARRIVING_MS);
    await Promise.all(
      [...this.sockets.keys()].map((socket) => new Promise((end) => socket.once('close', end))),
    );
    clearTimeout(overdue);
  }

  private keep(socket: Socket): void {
    this.arrivals += 1;
    this.sockets.set(socket, null);
    socket.once('close', () => this.sockets.delete(socket));
  }

  private note(request: IncomingMessage, response: ServerResponse): void {
    if (request.url?.startsWith('/health/') !== true) this.askedAtMs = performance.now();
    this.arrivals += 1;
    const { socket } = request;
    // Where `localhost` is two addresses, Fastify listens to the other one on a server of its own.
    if (!this.sockets.has(socket)) this.keep(socket);
    this.sockets.set(socket, request);
    response.once('close', () => {
      if (this.sockets.get(socket) === request) this.sockets.set(socket, null);
    });
  }

  private async stopListening(mostMs: number): Promise<void> {
    const overdueMs = performance.now() + mostMs;
    let quietAtMs = Math.min(this.askedAtMs + this.quietMs, overdueMs);
    for (let nowMs = performance.now(); nowMs < quietAtMs; nowMs = performance.now()) {
      await delay(quietAtMs - nowMs);
      await this.readWhatArrived();
      quietAtMs = Math.min(this.askedAtMs + this.quietMs, overdueMs);
    }
    await this.readWhatArrived();
    this.fastify.server.close();
  }

  /** Ends behind a turn of the event loop in which nothing was there to be accepted or read. */
  private async readWhatArrived(): Promise<void> {
    for (let turns = 0, before = -1; before !== this.arrivals && turns < TURNS_MAX; turns += 1) {
      before = this.arrivals;
      await nextTurn();
    }
  }

  private endUnasked(): void {
    for (const [socket, request] of this.sockets) if (request?.complete !== true) socket.destroy();
  }
}
