import {
  type ActionEvent,
  type ActionEventData,
  actionStream,
  executionId,
  type ScopeHash,
  type TenantName,
  tenantStream,
} from '@action-do/contracts';
import type { EventStore } from '@action-do/event-store';

/** A log as a platform leaves it when its disk dies: executions at any stage, of one tenant or more. */

export const TENANT = 'default' as TenantName;
let ids = 0;
const uuid = (): string => `00000000-0000-4000-9000-${(++ids).toString(16).padStart(12, '0')}`;
export const scopeOf = (n: number): ScopeHash => n.toString(16).padStart(32, '0') as ScopeHash;

export async function makeTenant(store: EventStore, tenant = TENANT): Promise<void> {
  const metadata = { tenant, actorType: 'system', actorId: 'action.do' };
  const event = {
    id: uuid(),
    type: 'TenantCreated',
    data: { pepperWrapped: 'x', pepperCheck: 'y' },
    metadata,
  };
  await store.append(tenantStream(tenant), [event], 'no-stream');
}

const request: ActionEventData<'ActionRequested'> = {
  generation: 1,
  epoch: 1,
  effectKey: 'k-1',
  action: 'send-invoice',
  version: 2,
  params: {},
  paramsDigest: 'd',
  key: 'k',
  keyDerived: false,
  requestId: 'r',
  policy: {
    effects: 'idempotent',
    retry: { attemptsMax: 3, initialDelayMs: 1, delayMsMax: 1, factor: 2 },
    attemptTimeoutMs: 1_000,
    deadlineMs: 60_000,
    idempotency: { mode: 'params', windowMs: 'forever', perVersion: false, reopen: 'when-safe' },
  },
  deadlineAtMs: 61_000,
  atMs: 1_000,
};
const ended = { attempt: 1, effect: 'applied' as const, atMs: 1_002, windowEndsAtMs: null };
const EVENTS = {
  requested: { type: 'ActionRequested', data: request },
  again: { type: 'ActionRequested', data: { ...request, generation: 2, epoch: 2 } },
  started: { type: 'ActionStarted', data: { attempt: 1, executor: 'e', atMs: 1_001 } },
  unknown: {
    type: 'ActionOutcomeUnknown',
    data: { attempt: 1, error: { code: 'TIMED_OUT', message: 'm' }, atMs: 1_002 },
  },
  succeeded: { type: 'ActionSucceeded', data: { ...ended, result: 1 } },
  undo: { type: 'ActionUndoRequested', data: { reason: 'r', atMs: 1_003 } },
  undoing: { type: 'ActionUndoStarted', data: { attempt: 1, executor: 'e', atMs: 1_004 } },
  undone: { type: 'ActionUndone', data: { atMs: 1_005 } },
  failed: {
    type: 'ActionFailed',
    data: { ...ended, effect: 'none', error: { code: 'INTERNAL', message: 'm' } },
  },
} satisfies Record<string, ActionEvent>;
export type Stage = keyof typeof EVENTS;

export async function execution(
  store: EventStore,
  n: number,
  stages: readonly Stage[],
  tenant = TENANT,
): Promise<string> {
  const stream = actionStream(tenant, scopeOf(n));
  let generation = 0;
  const events = stages.map((stage) => {
    const { type, data } = EVENTS[stage];
    if (type === 'ActionRequested') generation += 1;
    const execution = executionId(scopeOf(n), generation);
    const metadata = {
      recordVersion: '1',
      schemaVersion: '1',
      tenant,
      executionId: execution,
      generation: String(generation),
      action: 'send-invoice',
      actionVersion: '2',
      actorType: 'api_key',
      actorId: 'key-1',
      channel: 'http',
      $correlationId: execution,
    };
    return { id: uuid(), type, data, metadata };
  });
  await store.append(stream, events, 'no-stream');
  return stream;
}
