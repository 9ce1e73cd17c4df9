import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../ports.js';
import { NotSent, type NotSentCode } from './not-sent.js';
import type { Target } from './target.js';

/** Opens a TCP connection to exactly this address. */
export type Dial = (address: string, port: number) => Socket;

/** Never with a name, so nothing is resolved a second time, and never through a proxy. */
export const systemDial: Dial = (host, port) =>
  connectTcp({ host, port, noDelay: true, autoSelectFamily: false });

/** Addresses of a service that are tried. */
const TRIES_MAX = 4;
/** Where one has not answered after so long, milliseconds, the next is tried beside it (RFC 8305). */
const NEXT_MS = 250;
/** How long each may take to accept, and for TLS. Milliseconds */
const TRY_MS = 5_000;

export interface ConnectMeans {
  readonly dial: Dial;
  readonly clock: Clock;
  /** Certificates of the authorities that count instead of those of Node, PEM. */
  readonly ca?: string | undefined;
}

/**
 * A connection to the first of the addresses that accepts, ready for a request; over TLS its certificate names the
 * target's host. One address that says nothing takes no time of the others.
 * @throws NotSent none accepts, or `signal` has aborted
 */
export async function connectTo(
  target: Target,
  addresses: readonly string[],
  means: ConnectMeans,
  signal: AbortSignal,
): Promise<Socket> {
  const left = addresses.slice(0, TRIES_MAX);
  const over = new AbortController();
  const off = AbortSignal.any([signal, over.signal]);
  let trying = 0;
  let callOff = (): void => {};
  return await new Promise((resolve, reject) => {
    const failed = (error: unknown): void => {
      trying--;
      if (!over.signal.aborted) tryNext();
      if (trying === 0) reject(error);
    };
    const tryNext = (): void => {
      callOff();
      const address = off.aborted ? undefined : left.shift();
      if (address === undefined) return;
      trying++;
      if (left.length > 0) callOff = means.clock.after(NEXT_MS, tryNext);
      connectAt(address, target, means, off).then((socket) => {
        // Another was as quick.
        if (over.signal.aborted) return void socket.destroy();
        callOff();
        resolve(socket);
        over.abort();
      }, failed);
    };
    tryNext();
    if (trying === 0) reject(new NotSent('HTTP_CONNECT', `${target.host} was not asked`));
  });
}

async function connectAt(
  address: string,
  target: Target,
  means: ConnectMeans,
  signal: AbortSignal,
): Promise<Socket> {
  const socket = means.dial(address, target.port);
  // Whatever happens to it between two who listen is told by its end.
  socket.on('error', () => {});
  await ready(socket, 'connect', 'HTTP_CONNECT', target, means.clock, signal);
  return target.isSecure ? await secured(socket, target, address, means, signal) : socket;
}

async function secured(
  socket: Socket,
  target: Target,
  address: string,
  { clock, ca }: ConnectMeans,
  signal: AbortSignal,
): Promise<Socket> {
  // The certificate has to be of the name that was asked for; an address is no name that SNI could carry.
  const servername = target.address === null ? target.host : '';
  const trusted = ca === undefined ? {} : { ca };
  const secure = connectTls({
    socket,
    host: address,
    servername,
    ALPNProtocols: ['http/1.1'],
    // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
    rejectUnauthorized: true,
    ...trusted,
  });
  secure.on('error', () => {});
  secure.on('close', () => socket.destroy());
  await ready(secure, 'secureConnect', 'HTTP_TLS', target, clock, signal);
  return secure;
}

/** Resolves when the socket is; else it is destroyed. */
function ready(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  code: NotSentCode,
  { host }: Target,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      callOff();
      signal.removeEventListener('abort', onAbort);
      socket.off(event, onReady).off('error', onError).off('close', onClose);
    };
    const fail = (why: string, cause?: Error): void => {
      end();
      socket.destroy();
      reject(new NotSent(code, `${host} could not be connected to: ${why}`, { cause }));
    };
    const onReady = (): void => {
      end();
      resolve();
    };
    const onError = (error: Error): void => fail(nameOf(error), error);
    const onClose = (): void => fail('the connection was closed');
    const onAbort = (): void => fail('it was given up');
    const callOff = clock.after(TRY_MS, () => fail(`no answer within ${TRY_MS} ms`));
    socket.on(event, onReady).on('error', onError).on('close', onClose);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}

/** Messages of sockets name addresses, which are nothing for callers; the code says as much. */
const nameOf = (error: Error & { code?: unknown }): string =>
  typeof error.code === 'string' ? error.code : 'it failed';
