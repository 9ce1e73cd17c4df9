import { randomUUID } from 'node:crypto';
import { INPUT_LIMITS, problem } from '@action-do/contracts';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { foreignEncoding } from './body-encoding.js';
import { refuseConnection } from './refuse-connection.js';
import { refuseKeyInUrl } from './refuse-key-in-url.js';
import { RequestRefused } from './request-refused.js';
import { sendProblem } from './send-problem.js';

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** A body is read before the guard asks for a key, so this times the body limit (512 MiB) is what strangers can fill. */
const CONNECTIONS_MAX = 2_000;

/** Fastify with our limits: bodies arrive as bytes, at most 256 KiB of them, and only as application/json in UTF-8. */
export function createFastifyAdapter(): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: INPUT_LIMITS.bodyBytesMax,
    genReqId: () => randomUUID(),
    // Time to receive a request; how long its answer may take is the caller's own choice.
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: 128 },
    // Such a URL never reaches a route, so no filter sees it.
    frameworkErrors: (error: { code?: string }, _request: unknown, reply: FastifyReply) => {
      const tooLong = error.code === 'FST_ERR_MAX_PARAM_LENGTH';
      const detail = tooLong ? 'A part of the path is too long.' : 'The URL cannot be decoded.';
      sendProblem(reply, problem('REQUEST_INVALID', { detail, source: 'gateway' }));
    },
    clientErrorHandler: refuseConnection,
    // Its connections are drained before Fastify closes: what comes later still gets an answer of ours.
    return503OnClosing: false,
  });
  const fastify = adapter.getInstance();
  fastify.server.headersTimeout = HEADERS_TIMEOUT_MS;
  fastify.server.maxConnections = CONNECTIONS_MAX;
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, ({ headers }, body, done) => {
    const detail = foreignEncoding(headers);
    if (detail === null) done(null, body);
    else done(new RequestRefused('UNSUPPORTED_MEDIA_TYPE', { detail }));
  });
  fastify.addHook('onRequest', refuseKeyInUrl);
  return adapter;
}
