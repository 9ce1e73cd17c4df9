import { ActionDocument } from '@action-do/contracts';
import {
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiKeyGuard, arrivedAtMs, callerOf } from '../access/api-key.guard.js';
import { sendReply } from '../bus/send-reply.js';
import { ExecutorClient, type RegistryQuestion } from '../executions/executor.client.js';
import { toQuestionHeaders } from '../executions/request-headers.js';
import { GATEWAY_NAME } from '../gateway-name.js';
import { readJsonBody } from '../http/read-json-body.js';
import { readActionName, readVersion } from './read-action-path.js';
import { readRetireQuery } from './read-retire-query.js';

/** Beside one read and one append of the log: whoever describes asks on the bus who is there. */
const WAIT_MS = 5_000;

/** The registry of actions: what is registered and retired is decided and recorded by an executor. */
@Controller('v1/actions')
@UseGuards(ApiKeyGuard)
export class RegistryController {
  constructor(
    @Inject(ExecutorClient) private readonly executor: ExecutorClient,
    @Inject(GATEWAY_NAME) private readonly gateway: string,
  ) {}

  @Post()
  @HttpCode(200)
  register(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.ask(
      'register',
      () => ({ document: readJsonBody(ActionDocument, request.body) }),
      request,
      reply,
    );
  }

  @Get(':name')
  describe(
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.ask('describe', () => ({ name: readActionName(name) }), request, reply);
  }

  @Delete(':name/versions/:version')
  @HttpCode(200)
  retire(
    @Param('name') name: string,
    @Param('version') version: string,
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const read = () => readRetireQuery({ name: readActionName(name), version: readVersion(version) }, query);
    return this.ask('retire', read, request, reply);
  }

  private async ask(
    verb: RegistryQuestion,
    read: () => object,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const caller = callerOf(request);
    const headers = toQuestionHeaders(request, caller, WAIT_MS, this.gateway);
    const asking = { tenant: caller.tenant, headers, waitMs: WAIT_MS, sinceMs: arrivedAtMs(request) };
    sendReply(reply, await this.executor.registry(verb, read(), asking));
  }
}
