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
    await this.waitForPosition(context);
    return { payload: await executionsPage(this.queries, tenant, query) };
  }

  @MessagePattern(queryPatterns.auditList)
  async auditEvents(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    const tenant = readTenant(context.tokens[0]);
    const query = readQuery(payload, AuditQuery);
    await this.waitForPosition(context);
    return { payload: await auditPage(this.queries, tenant, query) };
  }

  @MessagePattern(queryPatterns.actionList)
  async actions(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    const tenant = readTenant(context.tokens[0]);
    const query = readQuery(payload, ActionsQuery);
    await this.waitForPosition(context);
    return { payload: await actionsPage(this.queries, tenant, query) };
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

  private async waitForPosition({ headers }: BusContext): Promise<void> {
    const position = readMinPosition(headers, this.queries.log.logId);
    if (position !== null) await this.queries.position.reach(position, readWait(headers));
  }
}
