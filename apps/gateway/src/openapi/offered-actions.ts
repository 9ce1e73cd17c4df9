import { Turns } from '@action-do/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { toQuestionHeaders } from '../executions/request-headers.js';
import { GATEWAY_NAME } from '../gateway-name.js';
import { RequestRefused } from '../http/request-refused.js';
import { LIST_WAIT_MS, ProjectorClient } from '../lists/projector.client.js';
import type { OfferedVersions } from './fitting-versions.js';
import { offeredVersions } from './offered-versions.js';

/** Each holds some millions of characters of schemas, as what they mean and as text. */
export const DOCUMENTS_AT_ONCE_MAX = 4;
export const DOCUMENTS_WAITING_MAX = 32;

/** What is offered to whoever asks for a document with a key. */
@Injectable()
export class OfferedActions {
  private readonly turns = new Turns({
    atOnce: DOCUMENTS_AT_ONCE_MAX,
    waitingMax: DOCUMENTS_WAITING_MAX,
    refusal: () =>
      new RequestRefused('UNAVAILABLE', {
        detail: 'Too many ask for documents at a time. Without a key they come without actions, and at once.',
        effect: 'none',
        retryAfterMs: 1_000,
      }),
  });

  constructor(
    @Inject(ProjectorClient) private readonly projector: ProjectorClient,
    @Inject(GATEWAY_NAME) private readonly gateway: string,
  ) {}

  /**
   * A document with them; as it is for whoever brings no key.
   * @throws RequestRefused UNAVAILABLE they cannot be read now, or too many ask
   */
  async in<D>(document: D, request: FastifyRequest, add: (to: D, offered: OfferedVersions) => D): Promise<D> {
    const { caller } = request;
    if (caller === undefined) return document;
    const headers = toQuestionHeaders(request, caller, LIST_WAIT_MS, this.gateway);
    const { socket } = request.raw;
    return this.turns.take(
      caller.tenant,
      async () =>
        add(
          document,
          await offeredVersions((query) => this.projector.list(caller.tenant, 'action', query, headers)),
        ),
      () => !socket.destroyed,
    );
  }
}
