import { Controller, Get, Inject, Req, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { OptionalApiKeyGuard } from '../access/optional-api-key.guard.js';
import { toQuestionHeaders } from '../executions/request-headers.js';
import { GATEWAY_NAME } from '../gateway-name.js';
import { LIST_WAIT_MS, ProjectorClient } from '../lists/projector.client.js';
import { withActions } from './action-operations.js';
import { offeredVersions } from './offered-versions.js';
import { openApiDocument } from './openapi-document.js';

/**
 * Serves the contract: to everybody what is the same everywhere, and to whoever brings a key an operation for each action
 * that is offered to him besides.
 */
@Controller('v1/openapi.json')
@UseGuards(OptionalApiKeyGuard)
export class OpenApiController {
  private readonly document = openApiDocument();

  constructor(
    @Inject(ProjectorClient) private readonly projector: ProjectorClient,
    @Inject(GATEWAY_NAME) private readonly gateway: string,
  ) {}

  @Get()
  async get(@Req() request: FastifyRequest): Promise<object> {
    const { caller } = request;
    if (caller === undefined) return this.document;
    const headers = toQuestionHeaders(request, caller, LIST_WAIT_MS, this.gateway);
    const { versions, complete } = await offeredVersions((query) =>
      this.projector.list(caller.tenant, 'action', query, headers),
    );
    return withActions(this.document, versions, complete);
  }
}
