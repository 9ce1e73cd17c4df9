import type { ExecutionVerb } from '@action-do/contracts';
import { Controller, Get, Inject, Param, Query, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiKeyGuard, arrivedAtMs, callerOf } from '../access/api-key.guard.js';
import { sendReply } from '../bus/send-reply.js';
import { GATEWAY_NAME } from '../gateway-name.js';
import { ExecutorClient } from './executor.client.js';
import { readWaitMs, toQuestionHeaders } from './request-headers.js';

/** Questions about one execution, answered by an executor from the stream. */
@Controller('v1/executions')
@UseGuards(ApiKeyGuard)
export class ExecutionsController {
  constructor(
    @Inject(ExecutorClient) private readonly executor: ExecutorClient,
    @Inject(GATEWAY_NAME) private readonly gateway: string,
  ) {}

  @Get(':id')
  get(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.ask('get', { id }, request, reply, 0);
  }

  @Get(':id/events')
  events(
    @Param('id') id: string,
    @Query('cursor') cursor: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // Anything else than one text is no cursor of ours: as text it is refused by the executor.
    return this.ask(
      'events',
      cursor === undefined ? { id } : { id, cursor: String(cursor) },
      request,
      reply,
      0,
    );
  }

  @Get(':id/attach')
  attach(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.ask('attach', { id }, request, reply, readWaitMs(request.headers['prefer']));
  }

  private async ask(
    verb: ExecutionVerb,
    question: { readonly id: string; readonly cursor?: string },
    request: FastifyRequest,
    reply: FastifyReply,
    waitMs: number,
  ): Promise<void> {
    const caller = callerOf(request);
    const headers = toQuestionHeaders(request, caller, waitMs, this.gateway);
    const asking = { tenant: caller.tenant, headers, waitMs, sinceMs: arrivedAtMs(request) };
    sendReply(reply, await this.executor.execution(verb, question, asking));
  }
}
