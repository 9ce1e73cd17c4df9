import {
  type ActionEvent,
  type ActionEventType,
  type ErrorCode,
  executionId,
  type ScopeHash,
} from '@action-do/contracts';
import { checkEvidence } from './check-evidence.js';
import type { CallRecord, Evidence, HandlerCall, LoggedEvent, Said } from './evidence.js';

const SCOPE = 'ab'.repeat(16) as ScopeHash;
export const STREAM = `action-default.${SCOPE}`;
export const idOf = (generation: number): string => executionId(SCOPE, generation);
export const GOOD_RESULT = '{"paid":true}';

type Effects = CallRecord['effects'];

/** The events of an execution, written down as a test wants them: shapes are real, order and numbers are the test's. */
export const requested = (effects: Effects, generation = 1, epoch = 1, atMs = 1): ActionEvent => ({
  type: 'ActionRequested',
  data: {
    generation,
    epoch,
    effectKey: `${SCOPE}-${epoch}`,
    action: 'pay',
    version: 1,
    params: { id: 'x' },
    paramsDigest: 'd',
    key: 'k1',
    keyDerived: false,
    requestId: `r${generation}`,
    policy: {
      effects,
      retry: { attemptsMax: 4, initialDelayMs: 1, delayMsMax: 1, factor: 1 },
      attemptTimeoutMs: 1_000,
      deadlineMs: 60_000,
      idempotency: { mode: 'params', windowMs: 'forever', perVersion: false, reopen: 'when-safe' },
    },
    deadlineAtMs: 60_000,
    atMs,
  },
});
export const started = (attempt: number, executor = 'e1'): ActionEvent => ({
  type: 'ActionStarted',
  data: { attempt, executor, atMs: 1 },
});
const error = { code: 'ACTION_FAILED' as const, message: 'no' };
export const attemptFailed = (attempt: number, effect: 'none' | 'unknown'): ActionEvent => ({
  type: 'ActionAttemptFailed',
  data: { attempt, error, effect, nextAttemptAtMs: 2, atMs: 1 },
});
export const succeeded = (attempt: number): ActionEvent => ({
  type: 'ActionSucceeded',
  data: { attempt, effect: 'applied', atMs: 2, windowEndsAtMs: null, result: JSON.parse(GOOD_RESULT) },
});
export const failed = (
  attempt: number,
  effect: 'none' | 'unknown',
  code: ErrorCode = 'ACTION_FAILED',
  atMs = 2,
): ActionEvent => ({
  type: 'ActionFailed',
  data: { attempt, effect, atMs, windowEndsAtMs: null, error: { ...error, code } },
});
export const undetermined = (attempt: number): ActionEvent => ({
  type: 'ActionOutcomeUnknown',
  data: { attempt, error, atMs: 2 },
});

/** Positions count from 1, so the first event of a log stands at 1. */
export const logOf = (...events: ActionEvent[]): LoggedEvent[] =>
  events.map(({ type, data }: { type: ActionEventType; data: unknown }, index) => ({
    id: `event ${index}`,
    streamId: STREAM,
    revision: index,
    position: index + 1,
    type,
    data,
    metadata: {},
  }));

export const handled = (attempt: number, given: Partial<HandlerCall> = {}): HandlerCall => ({
  action: 'pay',
  executionId: idOf(1),
  effectKey: `${SCOPE}-1`,
  attempt,
  by: 'e1',
  logEnd: 1_000,
  effect: true,
  result: GOOD_RESULT,
  ...given,
});

let calls = 0;
export const asked = (said: Said, given: Partial<CallRecord> = {}): CallRecord => {
  calls++;
  return {
    requestId: `call ${calls}`,
    verb: 'execute',
    action: 'pay',
    effects: 'idempotent',
    key: 'pay k1',
    windowed: false,
    params: '{"id":"x"}',
    beganAt: calls * 10,
    endedAt: calls * 10 + 5,
    said,
    ...given,
  };
};

export const told = (how: 'executed' | 'attached' | 'replayed', generation = 1): Said => ({
  kind: 'succeeded',
  id: idOf(generation),
  how,
  result: GOOD_RESULT,
});
export const toldFailed = (
  how: 'executed' | 'attached' | 'replayed',
  generation = 1,
  effect = 'none',
): Said => ({ kind: 'failed', id: idOf(generation), how, code: 'ACTION_FAILED', effect });

/** Whose call the first doing of a made-up log was begun for. */
export const BY = { requestId: 'r1' };

/** One that went well: asked for twice, done once. */
export const goodRun = (effects: Effects = 'idempotent'): Evidence => ({
  calls: [asked(told('executed'), BY), asked(told('replayed'))],
  ledger: [handled(1)],
  log: logOf(requested(effects), started(1), succeeded(1)),
  views: [{ executionId: idOf(1), status: 'succeeded', attempts: 1, effect: 'applied' }],
  afterwards: { waiting: [], held: [] },
});

/** Which promises are broken, each once. */
export const broken = (evidence: Evidence): string[] => [
  ...new Set(checkEvidence(evidence).violations.map(({ invariant }) => invariant)),
];

/** A run that tells nothing but what is given. */
export const run = (given: Partial<Evidence>): Evidence => ({ calls: [], log: [], ...given });

export const undoStarted = (attempt: number, executor = 'e1'): ActionEvent => ({
  type: 'ActionUndoStarted',
  data: { attempt, executor, atMs: 3 },
});
/** Asked for, and begun once. */
export const undoing: ActionEvent[] = [
  { type: 'ActionUndoRequested', data: { reason: 'r', atMs: 3 } },
  undoStarted(1),
];
export const undone: ActionEvent = { type: 'ActionUndone', data: { atMs: 4 } };
