import { ActionsQuery, AuditQuery, ExecutionsQuery, queryPatterns } from '@action-do/contracts';
import { type BusAnswer, BusContext } from '@action-do/messaging/nest';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { admitClient } from './admit-client.js';
import { actionsPage, auditPage, executionsPage } from './list-page.js';
import { Queries } from './queries.js';
import { readMinPosition, readQuery, readTenant, readWait } from './read-question.js';

/** Lists, as a gateway asks for them and as clients on the bus do: the same questions and the same answers. */
@Controller()
export class ListsController {
  constructor(@Inject(Queries) private readonly queries: Queries) {}

  @MessagePattern(queryPatterns.executionList)
  async executions(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    const tenant = readTenant(context.tokens[0]);
    const query = readQuery(payload, ExecutionsQuery);
    return this.page(context, () => executionsPage(this.queries, tenant, query));
  }

  @MessagePattern(queryPatterns.auditList)
  async auditEvents(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    const tenant = readTenant(context.tokens[0]);
    const query = readQuery(payload, AuditQuery);
    return this.page(context, () => auditPage(this.queries, tenant, query));
  }

  @MessagePattern(queryPatterns.actionList)
  async actions(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    const tenant = readTenant(context.tokens[0]);
    const query = readQuery(payload, ActionsQuery);
    return this.page(context, () => actionsPage(this.queries, tenant, query));
  }

  @MessagePattern(queryPatterns.clientExecutionList)
  async clientExecutions(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    await admitClient(this.queries.callers, context.headers, context.tokens[0]);
    return this.executions(payload, context);
  }

  @MessagePattern(queryPatterns.clientAuditList)
  async clientAuditEvents(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    await admitClient(this.queries.callers, context.headers, context.tokens[0]);
    return this.auditEvents(payload, context);
  }

  @MessagePattern(queryPatterns.clientActionList)
  async clientActions(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    await admitClient(this.queries.callers, context.headers, context.tokens[0]);
    return this.actions(payload, context);
  }

  /** Whoever waits for a position takes nobody's place. */
  private async page({ headers }: BusContext, make: () => Promise<Uint8Array>): Promise<BusAnswer> {
    const position = readMinPosition(headers, this.queries.log.logId);
    if (position !== null) await this.queries.position.reach(position, readWait(headers));
    return { payload: await this.queries.pages.take(make) };
  }
}
