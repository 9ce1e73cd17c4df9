import {
  ACTION_EVENT_SCHEMAS,
  type ActionEvent,
  type ActionEventType,
  executionId,
  type ScopeHash,
  type TenantName,
} from '@action-do/contracts';
import type { NewEvent, RecordedEvent } from '@action-do/event-store';

/** Who asked, from where: goes into the record of the request and of every event that follows from it. */
export interface Requester {
  readonly actorType: string;
  readonly actorId: string;
  readonly credentialId: string;
  readonly channel: string;
  readonly gateway?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly traceparent?: string | undefined;
}

/** The platform itself, where a record does not say who asked. */
export const SYSTEM: Requester = {
  actorType: 'system',
  actorId: 'action.do',
  credentialId: '',
  channel: 'system',
};

/** What all events of one generation say of themselves in their metadata. */
export interface RecordContext {
  readonly tenant: TenantName;
  readonly scope: ScopeHash;
  readonly action: string;
  readonly version: number;
  readonly generation: number;
  readonly executor: string;
  readonly requester: Requester;
}

const RECORD_VERSION = '1';

/** Writes a decided event as it is stored: payload in `data`, the audit record's identity as flat strings beside it. */
export function toNewEvent(
  event: ActionEvent,
  id: string,
  causationId: string | null,
  context: RecordContext,
): NewEvent {
  const { requester } = context;
  const execution = executionId(context.scope, context.generation);
  const metadata: Record<string, string> = {
    recordVersion: RECORD_VERSION,
    schemaVersion: '1',
    tenant: context.tenant,
    executionId: execution,
    generation: String(context.generation),
    attempt: 'attempt' in event.data ? String(event.data.attempt) : '0',
    action: context.action,
    actionVersion: String(context.version),
    actorType: requester.actorType,
    actorId: requester.actorId,
    credentialId: requester.credentialId,
    channel: requester.channel,
    occurredAt: new Date(event.data.atMs).toISOString(),
    executor: context.executor,
    $correlationId: execution,
  };
  // One by one: three events an execution come this way, and spreading what may be absent costs twice as much.
  if (requester.gateway) metadata['gateway'] = requester.gateway;
  if (requester.userAgent) metadata['userAgent'] = requester.userAgent;
  if (requester.traceparent) metadata['traceparent'] = requester.traceparent;
  if (causationId) metadata['$causationId'] = causationId;
  return { id, type: event.type, data: event.data, metadata };
}

/** Who asked for a generation, read back from the record of its request. */
export const requesterOf = ({ metadata }: RecordedEvent): Requester => ({
  actorType: metadata['actorType'] ?? 'system',
  actorId: metadata['actorId'] ?? 'unknown',
  credentialId: metadata['credentialId'] ?? '',
  channel: metadata['channel'] ?? 'http',
  traceparent: metadata['traceparent'],
});

/** Reads a stored event, checking its shape: what no longer parses must stop us, not pass as something else. */
export function toActionEvent(recorded: RecordedEvent): ActionEvent {
  if (!isActionEventType(recorded.type)) throw new UnreadableEvent(recorded, 'unknown event type');
  const parsed = ACTION_EVENT_SCHEMAS[recorded.type].safeParse(recorded.data);
  if (!parsed.success) throw new UnreadableEvent(recorded, parsed.error.issues[0]?.message ?? 'malformed');
  return { type: recorded.type, data: parsed.data } as ActionEvent;
}

const isActionEventType = (type: string): type is ActionEventType =>
  Object.hasOwn(ACTION_EVENT_SCHEMAS, type);

/** An event in the log that this version cannot read: damage, or written by a newer version. */
export class UnreadableEvent extends Error {
  readonly code = 'UNREADABLE_EVENT';
  constructor({ streamId, revision, type }: RecordedEvent, why: string) {
    super(`${type} at revision ${revision} of ${streamId}: ${why}`);
    this.name = 'UnreadableEvent';
  }
}
