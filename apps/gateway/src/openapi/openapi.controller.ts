import { Controller, Get, Inject, Req, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { OptionalApiKeyGuard } from '../access/optional-api-key.guard.js';
import { withActions } from './action-operations.js';
import { OfferedActions } from './offered-actions.js';
import { openApiDocument } from './openapi-document.js';

/**
 * Serves the contract: to everybody what is the same everywhere, and to whoever brings a key an operation for each action
 * that is offered to him besides.
 */
@Controller('v1/openapi.json')
@UseGuards(OptionalApiKeyGuard)
export class OpenApiController {
  private readonly document = openApiDocument();

  constructor(@Inject(OfferedActions) private readonly offered: OfferedActions) {}

  @Get()
  get(@Req() request: FastifyRequest): Promise<object> {
    return this.offered.in(this.document, request, withActions);
  }
}
