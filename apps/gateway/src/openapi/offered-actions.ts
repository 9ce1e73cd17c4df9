import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { toQuestionHeaders } from '../executions/request-headers.js';
import { GATEWAY_NAME } from '../gateway-name.js';
import { LIST_WAIT_MS, ProjectorClient } from '../lists/projector.client.js';
import type { OfferedVersions } from './fitting-versions.js';
import { offeredVersions } from './offered-versions.js';

/** What is offered to whoever asks for a document with a key. */
@Injectable()
export class OfferedActions {
  constructor(
    @Inject(ProjectorClient) private readonly projector: ProjectorClient,
    @Inject(GATEWAY_NAME) private readonly gateway: string,
  ) {}

  /** Undefined for whoever brings no key. @throws RequestRefused UNAVAILABLE it cannot be read now */
  async to(request: FastifyRequest): Promise<OfferedVersions | undefined> {
    const { caller } = request;
    if (caller === undefined) return undefined;
    const headers = toQuestionHeaders(request, caller, LIST_WAIT_MS, this.gateway);
    return offeredVersions((query) => this.projector.list(caller.tenant, 'action', query, headers));
  }
}
