import { ActionRef, type Handlers } from '@action-do/contracts';
import { Controller, Get, Inject, Query, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ApiKeyGuard, callerOf } from '../access/api-key.guard.js';
import type { Answer } from '../bus/answer.js';
import { sendReply } from '../bus/send-reply.js';
import { toListHeaders, toQuestionHeaders } from '../executions/request-headers.js';
import { GATEWAY_NAME } from '../gateway-name.js';
import { LIST_WAIT_MS, ProjectorClient } from '../lists/projector.client.js';
import { readListQuery } from '../lists/read-list-query.js';
import { HandlersClient } from './handlers.client.js';

/** The catalogue: what was recorded of actions comes from a projector, who performs them now from an executor. */
@Controller('v1/actions')
@UseGuards(ApiKeyGuard)
export class ListActionsController {
  constructor(
    @Inject(ProjectorClient) private readonly projector: ProjectorClient,
    @Inject(HandlersClient) private readonly handlers: HandlersClient,
    @Inject(GATEWAY_NAME) private readonly gateway: string,
  ) {}

  @Get()
  async list(
    @Query() given: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const caller = callerOf(request);
    const query = readListQuery('action', given);
    const headers = toListHeaders(request, caller, LIST_WAIT_MS, this.gateway);
    const answer = await this.projector.list(caller.tenant, 'action', query, headers);
    const page = readPage(answer);
    if (page === null) return sendReply(reply, answer);
    const versions = page.items.map(({ name, version }) => ({ name, version }));
    const asking = toQuestionHeaders(request, caller, LIST_WAIT_MS, this.gateway);
    const handlers = await this.handlers.of(caller.tenant, versions, asking);
    sendReply(reply, { ...answer, payload: withHandlers(page, handlers) });
  }
}

const Page = z.looseObject({ items: z.array(z.looseObject(ActionRef.shape)) });
type Page = z.infer<typeof Page>;

/** Null for an error object, or what is no page of ours: it is passed on as it is. */
function readPage({ payload, errorCode }: Answer): Page | null {
  if (errorCode !== undefined) return null;
  const page = Page.safeParse(JSON.parse(new TextDecoder().decode(payload)));
  return page.success ? page.data : null;
}

const withHandlers = ({ items, ...rest }: Page, handlers: readonly Handlers[]): Uint8Array =>
  new TextEncoder().encode(
    JSON.stringify({ items: items.map((item, at) => ({ ...item, handlers: handlers[at] })), ...rest }),
  );
