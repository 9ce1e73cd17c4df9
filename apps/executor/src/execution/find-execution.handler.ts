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

/** An answer must fit a message of the bus: 1 MiB, of which one event takes at most 3/4 (the largest result, or params). */
const PAGE_BYTES_MAX = 768 * 1024;

/** `nextCursor` only where there is more. */
export interface EventPage {
  readonly items: readonly AuditEvent[];
  readonly nextCursor?: string;
}

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

  /**
   * What was recorded of it, in order, a page at a time; null where the tenant has none of this id.
   * @param cursor `nextCursor` of the page before; undefined = from the beginning
   */
  async events(tenant: TenantName, id: string, cursor?: string): Promise<EventPage | null> {
    const parsed = parseExecutionId(id);
    if (parsed === null) return null;
    const items: AuditEvent[] = [];
    let bytes = 0;
    let last = cursor === undefined ? -1n : BigInt(cursor);
    for await (const recorded of this.log.events(tenant, parsed.scope, last + 1n)) {
      if (recorded.metadata['executionId'] === id) {
        const item = toAuditEvent(recorded, id as ExecutionId, this.log.logId);
        bytes += Buffer.byteLength(JSON.stringify(item));
        if (bytes > PAGE_BYTES_MAX && items.length > 0) return { items, nextCursor: String(last) };
        items.push(item);
      }
      last = recorded.revision;
    }
    return items.length === 0 && cursor === undefined ? null : { items };
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
