import type { ControlVerb } from '@action-do/contracts';
import { Controller, HttpCode, Inject, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiKeyGuard, arrivedAtMs, callerOf } from '../access/api-key.guard.js';
import { sendReply } from '../bus/send-reply.js';
import { GATEWAY_NAME } from '../gateway-name.js';
import { readControlRequest } from './control-request.js';
import { ExecutorClient } from './executor.client.js';
import { readWaitMs, toControlHeaders } from './request-headers.js';

/** What an operator does to one execution, each with a reason: carried out and recorded by an executor. */
@Controller('v1/executions')
@UseGuards(ApiKeyGuard)
export class ControlController {
  constructor(
    @Inject(ExecutorClient) private readonly executor: ExecutorClient,
    @Inject(GATEWAY_NAME) private readonly gateway: string,
  ) {}

  @Post(':id/cancel')
  @HttpCode(200)
  cancel(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.control('cancel', id, request, reply);
  }

  @Post(':id/retry')
  @HttpCode(200)
  retry(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.control('retry', id, request, reply);
  }

  @Post(':id/resolve')
  @HttpCode(200)
  resolve(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.control('resolve', id, request, reply);
  }

  @Post(':id/undo')
  @HttpCode(200)
  undo(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.control('undo', id, request, reply);
  }

  private async control(
    verb: ControlVerb,
    id: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const caller = callerOf(request);
    const body = readControlRequest(verb, id, request.body);
    const waitMs = readWaitMs(request.headers['prefer']);
    const headers = toControlHeaders(request, caller, waitMs, this.gateway);
    const asking = { tenant: caller.tenant, headers, waitMs, sinceMs: arrivedAtMs(request) };
    sendReply(reply, await this.executor.control(verb, body, asking));
  }
}
