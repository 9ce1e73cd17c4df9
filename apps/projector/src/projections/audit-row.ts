import {
  ACCESS_STREAM_PREFIX,
  LOG_RESTORED,
  REGISTRY_STREAM_PREFIX,
  shownUrl,
  TENANT_STREAM_PREFIX,
} from '@action-do/contracts';
import type { JsonObject, JsonValue, RecordedEvent } from '@action-do/event-store';
import type { AuditEventRow } from '@action-do/views';

/** What the stream of an execution knows and its single events do not say. */
export interface OfExecution {
  readonly idempotencyKey: string | null;
  /** The execution at which the stream stands, and where it begins. */
  readonly executionId: string | null;
  readonly firstPosition: bigint;
}

/** Of an event that is in no stream of an execution. */
export const NO_EXECUTION: OfExecution = { idempotencyKey: null, executionId: null, firstPosition: 0n };

const OUTCOMES: Readonly<Record<string, string>> = {
  ActionSucceeded: 'succeeded',
  ActionFailed: 'failed',
  ActionOutcomeUnknown: 'unknown',
};

/** One row for one event, whatever it says: an audit trail with holes would be none. */
export function auditRow(event: RecordedEvent, of: OfExecution): AuditEventRow {
  const { metadata, streamId } = event;
  const version = metadata['actionVersion'];
  const executionId = metadata['executionId'] ?? null;
  return {
    position: event.position,
    eventId: event.id,
    type: event.type,
    tenant: metadata['tenant'] ?? tenantOf(streamId),
    stream: streamId,
    revision: event.revision,
    executionId,
    executionPosition: executionId !== null && executionId === of.executionId ? of.firstPosition : null,
    action: metadata['action'] ?? null,
    actionVersion: version !== undefined && /^[1-9]\d{0,8}$/.test(version) ? Number(version) : null,
    actorType: metadata['actorType'] ?? 'system',
    actorId: metadata['actorId'] ?? 'unknown',
    idempotencyKey: of.idempotencyKey,
    status: OUTCOMES[event.type] ?? null,
    errorCode: errorCodeOf(event),
    correlationId: metadata['$correlationId'] ?? null,
    workflowRun: metadata['workflowRun'] ?? null,
    occurredAtMs: occurredAtMs(event),
    data: shownData(event),
    record: JSON.stringify(metadata),
  };
}

/** `<kind>-<tenant>` or `<kind>-<tenant>.<rest>`; a tenant's name has no dot. */
const tenantOf = (streamId: string): string => /^[a-z]+-([^.]+)/.exec(streamId)?.[1] ?? '';

function occurredAtMs({ metadata, createdAtMs }: RecordedEvent): number {
  const ms = Date.parse(metadata['occurredAt'] ?? '');
  return Number.isNaN(ms) ? createdAtMs : ms;
}

function errorCodeOf({ type, data }: RecordedEvent): string | null {
  if (type === 'ActionLateOutcome') return null;
  const error = data?.['error'];
  if (typeof error !== 'object' || error === null || Array.isArray(error)) return null;
  return typeof error['code'] === 'string' ? error['code'] : null;
}

/**
 * The stored text: what was stored is what JSON.stringify wrote, so writing it again gives the same bytes. Without what
 * belongs in no list: digests of keys, the wrapped pepper of a tenant, and of an HTTP service what signs requests to it and
 * the query of its URL.
 */
function shownData({ streamId, type, data }: RecordedEvent): string {
  if (streamId.startsWith(TENANT_STREAM_PREFIX) && type !== LOG_RESTORED) return '{}';
  if (streamId.startsWith(ACCESS_STREAM_PREFIX)) return JSON.stringify(without(data, 'digest'));
  if (streamId.startsWith(REGISTRY_STREAM_PREFIX) && isObject(data['http']))
    return JSON.stringify({ ...data, http: shownTarget(data['http']) });
  return JSON.stringify(data);
}

function shownTarget(http: JsonObject): JsonObject {
  const { url, ...rest } = without(http, 'secretWrapped');
  return typeof url === 'string' ? { url: shownUrl(url), ...rest } : rest;
}

function without(data: JsonObject, member: string): JsonObject {
  const { [member]: _, ...rest } = data;
  return rest;
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
