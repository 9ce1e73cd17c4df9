import type { ListName } from '@action-do/contracts';
import { Controller, Get, Inject, Query, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiKeyGuard, callerOf } from '../access/api-key.guard.js';
import { sendReply } from '../bus/send-reply.js';
import { toListHeaders } from '../executions/request-headers.js';
import { GATEWAY_NAME } from '../gateway-name.js';
import { LIST_WAIT_MS, ProjectorClient } from './projector.client.js';
import { readListQuery } from './read-list-query.js';

/** Search in executions and in the audit trail, answered by a projector from its views. */
@Controller('v1')
@UseGuards(ApiKeyGuard)
export class ListsController {
  constructor(
    @Inject(ProjectorClient) private readonly projector: ProjectorClient,
    @Inject(GATEWAY_NAME) private readonly gateway: string,
  ) {}

  @Get('executions')
  executions(
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.list('execution', query, request, reply);
  }

  @Get('audit/events')
  auditEvents(
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.list('audit', query, request, reply);
  }

  private async list(
    list: ListName,
    given: Record<string, unknown>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const caller = callerOf(request);
    const query = readListQuery(list, given);
    const headers = toListHeaders(request, caller, LIST_WAIT_MS, this.gateway);
    sendReply(reply, await this.projector.list(caller.tenant, list, query, headers));
  }
}
