import { Controller, Get, Inject, Req, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { OptionalApiKeyGuard } from '../access/optional-api-key.guard.js';
import { OfferedActions } from '../openapi/offered-actions.js';
import { withActionChannels } from './action-channels.js';
import { asyncApiDocument } from './asyncapi-document.js';

/**
 * Serves what can be said on the bus: to everybody what is the same everywhere, and to whoever brings a key the channels
 * of each action that is offered to him besides.
 */
@Controller('v1/asyncapi.json')
@UseGuards(OptionalApiKeyGuard)
export class AsyncApiController {
  private readonly document = asyncApiDocument();

  constructor(@Inject(OfferedActions) private readonly offered: OfferedActions) {}

  @Get()
  get(@Req() request: FastifyRequest): Promise<object> {
    return this.offered.in(this.document, request, withActionChannels);
  }
}
