import { ActionRegistered, ActionRetired, type JsonValue, shownUrl } from '@action-do/contracts';
import type { RecordedEvent } from '@action-do/event-store';
import type { ActionPatch, ActionRow, KnownVersion } from '@action-do/views';
import { auditRow, NO_EXECUTION } from './audit-row.js';
import { indexedPathsOf } from './indexed-paths.js';

/** What stands of a version before the event. */
export type Standing = (tenant: string, action: string, version: number) => KnownVersion | undefined;

/** What an event of an action's stream makes of a version. A text says why the event is passed over. */
export function actionRow(event: RecordedEvent, standing: Standing): ActionRow | ActionPatch | string {
  switch (event.type) {
    case 'ActionRegistered':
      return afterRegistered(event, standing);
    case 'ActionRetired':
      return afterRetired(event, standing);
    default:
      return `${event.type} is not known`;
  }
}

/**
 * A version that is registered again can only lose indexed paths: what was executed before has no rows for a path
 * that is new, and an index that knows only some would hide the others.
 */
function afterRegistered(event: RecordedEvent, standing: Standing): ActionRow | string {
  const parsed = ActionRegistered.safeParse(event.data);
  if (!parsed.success) return whyNot(parsed.error);
  const { contract, target, http, digest, atMs } = parsed.data;
  const { name, version } = contract;
  const { tenant, actorType, actorId } = auditRow(event, NO_EXECUTION);
  const before = standing(tenant, name, version);
  if (before !== undefined && before.retiredAtMs !== null)
    return `${name} version ${version} is registered, and was retired for good`;
  const declared = indexedPathsOf(contract);
  return {
    ...OFFERED,
    tenant,
    action: name,
    version,
    description: contract.description,
    policy: storedText(event, 'policy'),
    paramsJsonSchema: storedText(event, 'paramsJsonSchema'),
    resultJsonSchema: storedText(event, 'resultJsonSchema'),
    hasProbe: contract.hasProbe,
    hasUndo: contract.hasUndo ?? false,
    target,
    url: http ? shownUrl(http.url) : null,
    digest,
    registeredAtMs: atMs,
    registeredByType: actorType,
    registeredById: actorId,
    indexedPaths: before ? declared.filter((path) => before.indexedPaths.includes(path)) : declared,
    position: event.position,
  };
}

const OFFERED = {
  retiredAtMs: null,
  retiredByType: null,
  retiredById: null,
  retiredBecause: null,
  successorAction: null,
  successorVersion: null,
};

/** The first one counts: it is for good, and callers were told its successor. */
function afterRetired(event: RecordedEvent, standing: Standing): ActionPatch | string {
  const parsed = ActionRetired.safeParse(event.data);
  if (!parsed.success) return whyNot(parsed.error);
  const { name, version, successor, reason, atMs } = parsed.data;
  const { tenant, actorType, actorId } = auditRow(event, NO_EXECUTION);
  const before = standing(tenant, name, version);
  if (before === undefined) return `${name} version ${version} is retired, and was never registered`;
  if (before.retiredAtMs !== null) return `${name} version ${version} is retired a second time`;
  return {
    tenant,
    action: name,
    version,
    retiredAtMs: atMs,
    retiredByType: actorType,
    retiredById: actorId,
    retiredBecause: reason,
    successorAction: successor?.name ?? null,
    successorVersion: successor?.version ?? null,
    position: event.position,
  };
}

/** What was stored is what JSON.stringify wrote: the same text comes out again. */
function storedText({ data }: RecordedEvent, member: string): string {
  const contract = data['contract'];
  return JSON.stringify(isObject(contract) ? contract[member] : null);
}

const isObject = (value: JsonValue | undefined): value is Readonly<Record<string, JsonValue>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const whyNot = ({ issues }: { readonly issues: readonly { readonly message: string }[] }): string =>
  issues[0]?.message ?? 'malformed';
