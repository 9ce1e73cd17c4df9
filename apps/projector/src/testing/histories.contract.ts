/**
 * Random legal histories of some keys, mixed into one log. What may come next is left to the fold of the domain: of the
 * events that are tried, those that it takes are the history.
 */
import {
  type ActionEvent,
  type ActionPolicy,
  actionStream,
  executionId,
  type ScopeHash,
  type TenantName,
} from '@action-do/contracts';
import { CorruptHistory, type ExecutionState, evolveExecution } from '@action-do/domain';
import type { JsonObject, RecordedEvent } from '@action-do/event-store';
import fc from 'fast-check';

export const TENANT = 'acme' as TenantName;
export const LOG_ID = 'k7wq';

const policy: ActionPolicy = {
  effects: 'idempotent',
  retry: { attemptsMax: 5, initialDelayMs: 10, delayMsMax: 100, factor: 2 },
  attemptTimeoutMs: 5_000,
  deadlineMs: 60_000,
  idempotency: { mode: 'params', windowMs: 'forever', perVersion: false, reopen: 'when-safe' },
};

const attempted = fc.record({
  key: fc.nat({ max: 3 }),
  type: fc.constantFrom<ActionEvent['type'][]>(
    'ActionRequested',
    'ActionRequested',
    'ActionStarted',
    'ActionStarted',
    'ActionStarted',
    'ActionAttemptFailed',
    'ActionAttemptFailed',
    'ActionOutcomeUnknown',
    'ActionSucceeded',
    'ActionFailed',
    'ActionLateOutcome',
    'ActionCancelRequested',
    'ActionUndoRequested',
    'ActionUndoStarted',
    'ActionUndoStarted',
    'ActionUndoFailed',
    'ActionUndone',
  ),
  effect: fc.constantFrom('none', 'applied', 'unknown' as const),
  code: fc.constantFrom('ACTION_FAILED', 'TIMED_OUT', 'CANCELLED' as const),
  newEpoch: fc.boolean(),
  windowEndsAtMs: fc.constantFrom(null, 90_000),
  payload: fc.record(
    { '2': fc.constant('two'), b: fc.nat(), a: fc.string(), '1': fc.constant(null) },
    { noNullPrototype: true },
  ),
});
type Attempted = typeof attempted extends fc.Arbitrary<infer T> ? T : never;

export const history: fc.Arbitrary<readonly RecordedEvent[]> = fc
  .array(attempted, { minLength: 1, maxLength: 120, size: 'max' })
  .map(toLog);

export const scopeOf = (key: number): ScopeHash => String(key).repeat(32) as ScopeHash;

function toLog(tries: readonly Attempted[]): RecordedEvent[] {
  const states = new Map<number, ExecutionState>();
  const log: RecordedEvent[] = [];
  for (const [at, one] of tries.entries()) {
    const state = states.get(one.key) ?? { revision: -1n, generation: null };
    const event = eventOf(one, state, 1_000 + at * 10);
    try {
      const next = evolveExecution(state, event);
      states.set(one.key, next);
      log.push(recorded(event, one.key, next, BigInt(log.length + 1)));
    } catch (error) {
      if (!(error instanceof CorruptHistory)) throw error;
    }
  }
  return log;
}

function eventOf(one: Attempted, { generation }: ExecutionState, atMs: number): ActionEvent {
  const { type, effect, code, windowEndsAtMs, payload } = one;
  const attempt = generation?.attempt ?? 0;
  const error = { code, message: `it was ${code}` };
  switch (type) {
    case 'ActionRequested': {
      const before = generation?.request;
      const epoch = (before?.epoch ?? 0) + (before === undefined || one.newEpoch ? 1 : 0);
      return {
        type,
        data: {
          generation: (before?.generation ?? 0) + 1,
          epoch,
          effectKey: `${scopeOf(one.key)}-${epoch}`,
          action: 'send-invoice',
          version: 1 + (one.key % 2),
          params: { ...payload, customer: { id: `c-${one.key}` }, items: [{ sku: payload.a }, { sku: 'x' }] },
          paramsDigest: 'd',
          key: `key-${one.key}`,
          keyDerived: one.key === 0,
          requestId: 'r',
          policy,
          deadlineAtMs: atMs + 60_000,
          atMs,
        },
      };
    }
    case 'ActionStarted':
      return { type, data: { attempt: attempt + 1, executor: 'exec-a', atMs } };
    case 'ActionAttemptFailed':
      return { type, data: { attempt, error, effect, nextAttemptAtMs: atMs + 50, atMs } };
    case 'ActionOutcomeUnknown':
      return { type, data: { attempt, error, atMs } };
    case 'ActionSucceeded':
      return { type, data: { attempt, effect: 'applied', atMs, windowEndsAtMs, result: payload } };
    case 'ActionFailed':
      return { type, data: { attempt, effect, atMs, windowEndsAtMs, error } };
    case 'ActionLateOutcome':
      return { type, data: { generation: 1, attempt: 1, outcome: { result: 'late' }, atMs } };
    case 'ActionCancelRequested':
    case 'ActionUndoRequested':
      return { type, data: { reason: 'by hand', atMs } };
    case 'ActionUndoStarted':
      return { type, data: { attempt: (generation?.undo?.attempt ?? 0) + 1, executor: 'exec-b', atMs } };
    case 'ActionUndoFailed': {
      const nextAttemptAtMs = windowEndsAtMs === null ? atMs + 50 : null;
      return {
        type,
        data: { attempt: generation?.undo?.attempt ?? 0, error, effect, nextAttemptAtMs, atMs },
      };
    }
    case 'ActionUndone':
      return { type, data: { atMs } };
  }
}

function recorded(
  { type, data }: ActionEvent,
  key: number,
  { revision, generation }: ExecutionState,
  position: bigint,
): RecordedEvent {
  // A late word says of which generation it is.
  const of = 'generation' in data ? data.generation : (generation?.request.generation ?? 0);
  const id = executionId(scopeOf(key), of);
  // As the store gives it: through JSON.
  const stored: JsonObject = JSON.parse(JSON.stringify(data));
  return {
    id: `00000000-0000-4000-8000-${String(position).padStart(12, '0')}`,
    type,
    data: stored,
    metadata: {
      tenant: TENANT,
      executionId: id,
      action: generation?.request.action ?? '',
      actionVersion: String(generation?.request.version ?? 0),
      actorType: 'api_key',
      actorId: `acme-${key}`,
      occurredAt: new Date(data.atMs).toISOString(),
      $correlationId: id,
    },
    streamId: actionStream(TENANT, scopeOf(key)),
    revision,
    position,
    createdAtMs: data.atMs,
  };
}
