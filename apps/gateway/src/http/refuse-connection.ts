import type { Socket } from 'node:net';
import { problem } from '@action-do/contracts';
import { HTTP_STATUS } from './http-status.js';

/** By what Node's parser says; whatever else it says, the bytes were no request. */
const DETAILS: Partial<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: 'The headers are too long.',
  ERR_HTTP_REQUEST_TIMEOUT: 'The request did not arrive in time.',
};

/** Ends a connection on which something other than HTTP came: with the error object where it can still be written. */
export function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) {
    socket.destroy();
    return;
  }
  const status = HTTP_STATUS.REQUEST_INVALID;
  const detail = DETAILS[error.code ?? ''] ?? 'The bytes are not an HTTP/1.1 request.';
  const body = JSON.stringify({ ...problem('REQUEST_INVALID', { detail, source: 'gateway' }), status });
  const head = [
    `HTTP/1.1 ${status} Bad Request`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  // What comes after bytes that could not be read must not be read either.
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

/**
 * Whether a request that came before on this connection is still to be answered: what is written now would be taken
 * for its answer. Node has no public word for it; its own default looks at the same place.
 */
const isAnswering = (socket: Socket): boolean => Boolean(Reflect.get(socket, '_httpMessage'));
