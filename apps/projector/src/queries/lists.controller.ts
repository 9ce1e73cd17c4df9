import {
  ActionsQuery,
  AuditQuery,
  ExecutionsQuery,
  queryPatterns,
  type TenantName,
} from '@action-do/contracts';
import { type BusAnswer, BusContext } from '@action-do/messaging/nest';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { admitClient } from './admit-client.js';
import { actionsPage, auditPage, executionsPage } from './list-page.js';
import { PAGE_WANTED_MS, Queries } from './queries.js';
import { readMinPosition, readQuery, readTenant, readWait } from './read-question.js';

/** Lists, as a gateway asks for them and as clients on the bus do: the same questions and the same answers. */
@Controller()
export class ListsController {
  constructor(@Inject(Queries) private readonly queries: Queries) {}

  @MessagePattern(queryPatterns.executionList)
  async executions(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    const tenant = readTenant(context.tokens[0]);
    const query = readQuery(payload, ExecutionsQuery);
    return this.page(context, tenant, () => executionsPage(this.queries, tenant, query));
  }

  @MessagePattern(queryPatterns.auditList)
  async auditEvents(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    const tenant = readTenant(context.tokens[0]);
    const query = readQuery(payload, AuditQuery);
    return this.page(context, tenant, () => auditPage(this.queries, tenant, query));
  }

  @MessagePattern(queryPatterns.actionList)
  async actions(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    const tenant = readTenant(context.tokens[0]);
    const query = readQuery(payload, ActionsQuery);
    return this.page(context, tenant, () => actionsPage(this.queries, tenant, query));
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
  private async page(
    { headers }: BusContext,
    tenant: TenantName,
    make: () => Promise<Uint8Array>,
  ): Promise<BusAnswer> {
    const { clock, pages } = this.queries;
    const wantedUntilMs = clock.nowMs() + PAGE_WANTED_MS;
    const position = readMinPosition(headers, this.queries.log.logId);
    if (position !== null) await this.queries.position.reach(position, readWait(headers));
    return { payload: await pages.take(tenant, make, () => clock.nowMs() < wantedUntilMs) };
  }
}
