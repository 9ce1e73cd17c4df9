import { ACTION_EVENT_SCHEMAS, type ActionEvent, type ActionEventType } from '@action-do/contracts';
import type { RecordedEvent } from '@action-do/event-store';

/** Reads a stored event of an execution, checking its shape. A string says why it cannot be read. */
export function readActionEvent({ type, data }: RecordedEvent): ActionEvent | string {
  if (!isActionEventType(type)) return `${type} is no type of event that this version knows`;
  const parsed = ACTION_EVENT_SCHEMAS[type].safeParse(data);
  if (!parsed.success) return parsed.error.issues[0]?.message ?? 'malformed';
  return { type, data: parsed.data } as ActionEvent;
}

const isActionEventType = (type: string): type is ActionEventType =>
  Object.hasOwn(ACTION_EVENT_SCHEMAS, type);
