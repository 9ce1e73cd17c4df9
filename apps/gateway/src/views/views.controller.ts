import { Controller, Get, HttpCode, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiKeyGuard, callerOf } from '../access/api-key.guard.js';
import { sendReply } from '../bus/send-reply.js';
import { toListHeaders } from '../executions/request-headers.js';
import { GATEWAY_NAME } from '../gateway-name.js';
import { RequestRefused } from '../http/request-refused.js';
import { LIST_WAIT_MS, ProjectorClient } from '../lists/projector.client.js';

/** For `ado views`: how far the views are, and building them anew. */
@Controller('v1/views')
@UseGuards(ApiKeyGuard)
export class ViewsController {
  constructor(
    @Inject(ProjectorClient) private readonly projector: ProjectorClient,
    @Inject(GATEWAY_NAME) private readonly gateway: string,
  ) {}

  @Get()
  status(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.ask('status', request, reply);
  }

  @Post('rebuild')
  @HttpCode(200)
  async rebuild(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    refuseBody(request.body);
    await this.ask('rebuild', request, reply);
  }

  private async ask(verb: 'status' | 'rebuild', request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const caller = callerOf(request);
    const headers = toListHeaders(request, caller, LIST_WAIT_MS, this.gateway);
    sendReply(reply, await this.projector.views(caller.tenant, verb, headers));
  }
}

/** Whoever writes a body means something by it, and nothing of it would be heeded. */
function refuseBody(body: unknown): void {
  const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : '';
  if (!/^\s*(\{\s*\})?\s*$/.test(text))
    throw new RequestRefused('BODY_INVALID', {
      detail: 'Building the views anew takes no body: it is always all of them.',
    });
}
