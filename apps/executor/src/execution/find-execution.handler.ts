import {
  type AuditEvent,
  type ExecutionId,
  parseExecutionId,
  problem,
  publicPosition,
  type TenantName,
} from '@action-do/contracts';
import type { RecordedEvent } from '@action-do/event-store';
import { type Answer, refused } from './answer.js';
import type { OutcomeAwaiter } from './await-outcome.js';
import type { ExecutionLog, Loaded } from './execution-log.js';

/** Answers questions about one execution from its stream: always the truth, never a view. */
export class FindExecution {
  constructor(
    private readonly log: ExecutionLog,
    private readonly awaiter: OutcomeAwaiter,
  ) {}

  /** The execution as it stands now; null where the tenant has none of this id. */
  async find(tenant: TenantName, id: string): Promise<Loaded | null> {
    const parsed = parseExecutionId(id);
    if (parsed === null) return null;
    const loaded = await this.log.load(tenant, parsed.scope, parsed.generation);
    return loaded.state.generation?.request.generation === parsed.generation ? loaded : null;
  }

  /** Waits for the outcome as the first caller did. */
  async attach(tenant: TenantName, id: string, waitMs: number): Promise<Answer> {
    const loaded = await this.find(tenant, id);
    if (loaded === null) return refused(noSuchExecution());
    if (loaded.state.generation?.outcome) return { kind: 'execution', loaded, how: 'replayed' };
    return { kind: 'execution', loaded: await this.awaiter.wait(loaded, waitMs), how: 'attached' };
  }

  /** Everything that was recorded of it, in order; null where the tenant has none of this id. */
  async events(tenant: TenantName, id: string): Promise<AuditEvent[] | null> {
    const parsed = parseExecutionId(id);
    if (parsed === null) return null;
    const items: AuditEvent[] = [];
    for await (const recorded of this.log.events(tenant, parsed.scope))
      if (recorded.metadata['executionId'] === id)
        items.push(toAuditEvent(recorded, id as ExecutionId, this.log.logId));
    return items.length === 0 ? null : items;
  }
}

export const noSuchExecution = () => problem('NOT_FOUND', { detail: 'There is no execution of this id.' });

const toAuditEvent = (
  { id, type, metadata, position, data }: RecordedEvent,
  executionId: ExecutionId,
  logId: string,
): AuditEvent => ({
  eventId: id,
  type,
  executionId,
  action: metadata['action'] ?? '',
  version: Number(metadata['actionVersion']),
  actor: { type: metadata['actorType'] ?? 'system', id: metadata['actorId'] ?? 'unknown' },
  position: publicPosition(logId, position),
  occurredAt: metadata['occurredAt'] ?? '',
  data,
});
