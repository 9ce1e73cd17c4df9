import type { IncomingMessage, ServerResponse } from 'node:http';
import { Server, type Socket } from 'node:net';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { InFlight } from '@action-do/messaging';
import type { FastifyInstance } from 'fastify';

/** Whoever sends all the time and routes by readiness has turned away once nothing came for so long. */
const QUIET_MS = 500;
/** What the first bytes on a new connection may take. */
const FIRST_BYTES_MS = 1_000;
/** What reading what has arrived may take: of those that wait to be accepted a turn of the event loop may accept just one. */
const READING_MS = 250;

/** What is known of a connection. */
interface Connection {
  /** Answers that have not been handed to the system as a whole, by the number of their request. */
  readonly open: InFlight<number, ServerResponse>;
  /** How many bytes had been read when the last answer was over. */
  readBefore: number;
}

/**
 * How a server stops without cutting off a request (connection draining). Node's own `close` destroys a kept connection
 * whose next request is there and unread, or whose answer is not yet written, resets what was not accepted yet, and waits for
 * ever for one that says nothing.
 *  D1 while it drains, each answer ends its connection: who asks again does so elsewhere;
 *  D2 it listens until nothing but health checks came for a while: so who asks all the time and routes by readiness learns
 *     of it first;
 *  D3 it stops listening right behind a look at all its connections, so that what had arrived has been read;
 *  D4 who sends nothing, or does not read the answer, keeps it no longer than it may take; what it was asked it answers.
 */
export class ConnectionDrain {
  private readonly connections = new Map<Socket, Connection>();
  private askedAtMs = Number.NEGATIVE_INFINITY;
  /** Connections and requests so far. */
  private arrivals = 0;
  private overdueMs = Number.POSITIVE_INFINITY;
  private stopping: Promise<void> | null = null;
  private listens = true;

  /** Before it listens. @param quietMs how long nobody has to ask */
  constructor(
    private readonly fastify: FastifyInstance,
    private readonly quietMs = QUIET_MS,
  ) {
    fastify.server.on('connection', (socket) => this.keep(socket));
    // Before Fastify's own, and not as a hook of it: what it refuses by itself has no hooks.
    fastify.server.prependListener('request', (request, response) => this.note(request, response));
    fastify.addHook('onSend', ({ raw }, reply, _payload, done) => {
      // Not before one that came behind it on the same connection (pipelining): that one would never be answered.
      const isLast = this.connections.get(raw.socket)?.open.size === 1;
      if (this.isDraining && isLast) reply.header('connection', 'close');
      done();
    });
  }

  get isDraining(): boolean {
    return this.stopping !== null;
  }

  /**
   * Resolves when it listens no more: at once where nobody asks, and after `mostMs` milliseconds where they do not stop; the
   * least that was given counts. What was asked until then is still to be answered.
   */
  stopListening(mostMs: number): Promise<void> {
    this.overdueMs = Math.min(this.overdueMs, performance.now() + mostMs);
    this.stopping ??= this.untilQuiet();
    return this.stopping;
  }

  /**
   * Resolves when each connection has ended. Within `withinMs` milliseconds, but for what was asked and is not answered: that
   * is waited for.
   */
  async ended(withinMs: number): Promise<void> {
    await this.stopListening(0);
    const silent = setTimeout(() => this.end(isSilent), Math.min(FIRST_BYTES_MS, withinMs / 2));
    const over = new AbortController();
    const ending = this.endUnread(withinMs, over.signal);
    await Promise.all(
      [...this.connections.keys()].map((socket) => new Promise((end) => socket.once('close', end))),
    );
    clearTimeout(silent);
    over.abort();
    await ending;
  }

  /** What is answered later than that has as long to be read as there is between two looks. */
  private async endUnread(withinMs: number, signal: AbortSignal): Promise<void> {
    let before: ReadonlySet<Socket> | null = null;
    for (let waitMs = withinMs; await passes(waitMs, signal); waitMs = FIRST_BYTES_MS) {
      const unread = new Set<Socket>();
      for (const [socket, connection] of this.connections) if (!isOwed(connection)) unread.add(socket);
      for (const socket of unread) if (before === null || before.has(socket)) socket.destroy();
      before = unread;
    }
  }

  private keep(socket: Socket): void {
    this.arrivals += 1;
    this.connections.set(socket, { open: new InFlight(), readBefore: 0 });
    socket.once('close', () => this.connections.delete(socket));
  }

  private note(request: IncomingMessage, response: ServerResponse): void {
    this.arrivals += 1;
    const number = this.arrivals;
    if (request.url?.startsWith('/health/') !== true) this.askedAtMs = performance.now();
    const { socket } = request;
    const connection = this.connections.get(socket);
    connection?.open.set(number, response);
    response.once('close', () => {
      connection?.open.delete(number);
      if (connection === undefined || connection.open.size > 0) return;
      connection.readBefore = socket.bytesRead;
      if (!this.listens) socket.end();
    });
  }

  private async untilQuiet(): Promise<void> {
    const quietAtMs = (): number => Math.min(this.askedAtMs + this.quietMs, this.overdueMs);
    for (let nowMs = performance.now(); nowMs < quietAtMs(); nowMs = performance.now()) {
      await delay(quietAtMs() - nowMs);
      if (performance.now() < this.overdueMs) await this.readWhatArrived();
    }
    await this.readWhatArrived();
    // As `http.Server` closes, without its own end of connections: it takes one whose answer is being written for idle.
    Server.prototype.close.call(this.fastify.server);
    this.listens = false;
    this.end((each, socket) => socket.bytesRead > 0 && isSilent(each, socket));
  }

  /** Ends behind a turn of the event loop in which nothing was there to be accepted or read. */
  private async readWhatArrived(): Promise<void> {
    const endsAtMs = performance.now() + READING_MS;
    // To the end of this turn, in which the loop looks at no connection any more: where a signal is heard, for one.
    await nextTurn();
    for (let before = -1; before !== this.arrivals && performance.now() < endsAtMs; ) {
      before = this.arrivals;
      await nextTurn();
    }
  }

  private end(which: (connection: Connection, socket: Socket) => boolean): void {
    for (const [socket, connection] of this.connections) if (which(connection, socket)) socket.destroy();
  }
}

/** Nothing has come since it was opened, or since its last answer. */
const isSilent = ({ open, readBefore }: Connection, { bytesRead }: Socket): boolean =>
  open.size === 0 && bytesRead === readBefore;

/** Asked as a whole, and not answered. */
const isOwed = ({ open }: Connection): boolean =>
  open.values().some((response) => response.req.complete && !response.writableEnded);

/** @returns false where `signal` was first */
const passes = (ms: number, signal: AbortSignal): Promise<boolean> =>
  delay(ms, true, { signal }).catch(() => false);
