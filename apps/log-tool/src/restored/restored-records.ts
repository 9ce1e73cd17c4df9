/** The events that tell a log that it was put back, as they are stored. */
import { randomUUID } from 'node:crypto';
import {
  ACTION_EVENT_SCHEMAS,
  type ActionEvent,
  type ActionEventType,
  LOG_RESTORED,
  type LogRestored,
  type TenantName,
} from '@action-do/contracts';
import type { NewEvent, RecordedEvent } from '@action-do/event-store';

/** Says in the metadata which events are of a restoration. */
const CHANNEL = 'log-restored';

const BY_WHOM = {
  recordVersion: '1',
  schemaVersion: '1',
  actorType: 'system',
  actorId: 'action.do',
  credentialId: '',
  channel: CHANNEL,
};

export const isOfRestoration = ({ metadata }: RecordedEvent): boolean => metadata['channel'] === CHANNEL;

export const restoredRecord = (tenant: TenantName, said: LogRestored, causationId: string): NewEvent => ({
  id: randomUUID(),
  type: LOG_RESTORED,
  data: said,
  metadata: {
    ...BY_WHOM,
    tenant,
    occurredAt: new Date(said.atMs).toISOString(),
    $causationId: causationId,
  },
});

/** What the record of a request says of its generation, and every event of that repeats. */
const OF_GENERATION = ['tenant', 'executionId', 'generation', 'action', 'actionVersion', '$correlationId'];

/** @param request the generation's ActionRequested  @param last the newest event of the stream */
export function parkedRecord(event: ActionEvent, request: RecordedEvent, last: RecordedEvent): NewEvent {
  const metadata: Record<string, string> = {
    ...BY_WHOM,
    attempt: 'attempt' in event.data ? String(event.data.attempt) : '0',
    occurredAt: new Date(event.data.atMs).toISOString(),
    $causationId: last.id,
  };
  for (const name of OF_GENERATION) metadata[name] = request.metadata[name] ?? '';
  return { id: randomUUID(), type: event.type, data: event.data, metadata };
}

/** @throws Error of an event that this version cannot read */
export function actionEventOf({ type, data }: RecordedEvent): ActionEvent {
  if (!isActionEventType(type)) throw new TypeError(`${type} is no event of an execution`);
  return { type, data: ACTION_EVENT_SCHEMAS[type].parse(data) } as ActionEvent;
}

const isActionEventType = (type: string): type is ActionEventType =>
  Object.hasOwn(ACTION_EVENT_SCHEMAS, type);
