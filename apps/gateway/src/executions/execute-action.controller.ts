import { HEADERS } from '@action-do/contracts';
import { Controller, HttpCode, Inject, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiKeyGuard, arrivedAtMs, callerOf } from '../access/api-key.guard.js';
import { sendReply } from '../bus/send-reply.js';
import { GATEWAY_NAME } from '../gateway-name.js';
import { readBody } from '../http/read-body.js';
import { RequestRefused } from '../http/request-refused.js';
import { readActionName } from '../registry/read-action-path.js';
import { ExecutorClient } from './executor.client.js';
import { readWaitMs, toCommandHeaders } from './request-headers.js';

/** `POST /v1/actions/{name}/executions`: from an HTTP request to a command on the bus, and its answer back. */
@Controller('v1/actions')
@UseGuards(ApiKeyGuard)
export class ExecuteActionController {
  constructor(
    @Inject(ExecutorClient) private readonly executor: ExecutorClient,
    @Inject(GATEWAY_NAME) private readonly gateway: string,
  ) {}

  @Post(':name/executions')
  @HttpCode(200)
  async execute(
    @Param('name') name: string,
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const caller = callerOf(request);
    // Passed on as it came.
    const body = readBody(request.body);
    const waitMs = readWaitMs(request.headers['prefer']);
    const headers = toCommandHeaders(request, caller, waitMs, this.gateway);
    const version = readVersion(query);
    if (version !== undefined) headers[HEADERS.actionVersion] = version;
    const asking = { tenant: caller.tenant, headers, waitMs, sinceMs: arrivedAtMs(request) };
    sendReply(reply, await this.executor.execute(readActionName(name), body, asking));
  }
}

/** A parameter that is not known is refused: a version misspelt must not run another one. */
function readVersion(query: Record<string, unknown>): string | undefined {
  for (const name of Object.keys(query))
    if (name !== 'version')
      throw refuseQuery(`There is no query parameter ${JSON.stringify(name.slice(0, 64))}; version is one.`);
  const { version } = query;
  if (version === undefined) return undefined;
  if (typeof version === 'string' && /^[1-9]\d{0,8}$/.test(version)) return version;
  throw refuseQuery('The query parameter version must be one whole number from 1.');
}

const refuseQuery = (detail: string): RequestRefused => new RequestRefused('REQUEST_INVALID', { detail });
