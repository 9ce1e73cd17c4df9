import {
  ACTION_EVENT_SCHEMAS,
  type ActionEvent,
  type ActionEventData,
  type ActionPolicy,
  type Effects,
  effectKey,
  type Failure,
  type JsonValue,
  type ResolvedOutcome,
  type ScopeHash,
} from '@action-do/contracts';
import { decideCancel } from './cancel.decider.js';
import type { ControlDecision, OperatorsWord } from './control-decision.js';
import { evolveExecution, foldExecution } from './execution-fold.js';
import type { ExecutionState } from './execution-state.js';
import { decideRequest, type RequestAction } from './request.decider.js';
import { decideResolve, type ResolveExecution } from './resolve.decider.js';
import { decideRetry, type RetryExecution } from './retry.decider.js';
import { type AttemptOutcome, decideProbed, decideSettle, type ProbeAnswer } from './settle.decider.js';
import { decideStart } from './start.decider.js';
import { decideTakeover } from './takeover.decider.js';
import {
  decideUndo,
  decideUndoEnd,
  decideUndoStart,
  decideUndoTakeover,
  type SettleUndo,
  type StartUndo,
  type UndoOutcome,
} from './undo.decider.js';

/**
 * The words in which the deciders' specs tell their stories: given(events).when(command).thenAppends(events) or
 * .thenSays(what the caller is told). Builders fill in what a story does not care about.
 */

export const SCOPE = '0123456789abcdef0123456789abcdef' as ScopeHash;
/** When the history of a story happened, and when its command comes. */
export const THEN = 1_000;
export const NOW = 2_000;
export const DEADLINE_MS = 60_000;

export interface PolicyGiven {
  readonly effects?: Effects;
  readonly attemptsMax?: number;
  readonly windowMs?: number | 'forever';
  readonly reopen?: 'when-safe' | 'never';
  readonly deadlineMs?: number;
}

export const policy = (given: PolicyGiven = {}): ActionPolicy => ({
  effects: given.effects ?? 'idempotent',
  retry: { attemptsMax: given.attemptsMax ?? 3, initialDelayMs: 100, delayMsMax: 1_000, factor: 2 },
  attemptTimeoutMs: 5_000,
  deadlineMs: given.deadlineMs ?? DEADLINE_MS,
  idempotency: {
    mode: 'params',
    windowMs: given.windowMs ?? 'forever',
    perVersion: false,
    reopen: given.reopen ?? 'when-safe',
  },
});

type Given<T extends ActionEvent['type']> = Partial<ActionEventData<T>>;

export function requested({
  policy: given,
  ...over
}: Omit<Given<'ActionRequested'>, 'policy'> & { policy?: PolicyGiven } = {}): ActionEvent {
  const atMs = over.atMs ?? THEN;
  const rules = policy(given);
  const epoch = over.epoch ?? 1;
  return {
    type: 'ActionRequested',
    data: {
      generation: 1,
      epoch,
      effectKey: effectKey(SCOPE, epoch),
      action: 'send-invoice',
      version: 1,
      params: { to: 'ada' },
      paramsDigest: 'digest-a',
      key: 'key-1',
      keyDerived: false,
      requestId: 'call-1',
      policy: rules,
      deadlineAtMs: atMs + rules.deadlineMs,
      atMs,
      ...over,
    },
  };
}

export const started = (attempt = 1, over: Given<'ActionStarted'> = {}): ActionEvent => ({
  type: 'ActionStarted',
  data: { attempt, executor: 'exec-a', atMs: THEN, ...over },
});

export const error = (code: Failure['code'] = 'ACTION_FAILED', message = 'it broke'): Failure => ({
  code,
  message,
});

export const attemptFailed = (attempt = 1, over: Given<'ActionAttemptFailed'> = {}): ActionEvent => ({
  type: 'ActionAttemptFailed',
  data: { attempt, error: error(), effect: 'none', nextAttemptAtMs: THEN + 100, atMs: THEN, ...over },
});

export const parked = (attempt = 1, over: Given<'ActionOutcomeUnknown'> = {}): ActionEvent => ({
  type: 'ActionOutcomeUnknown',
  data: { attempt, error: error(), atMs: THEN, ...over },
});

export const succeeded = (attempt = 1, over: Given<'ActionSucceeded'> = {}): ActionEvent => ({
  type: 'ActionSucceeded',
  data: { attempt, effect: 'applied', atMs: THEN, windowEndsAtMs: null, result: { sent: true }, ...over },
});

export const failed = (attempt = 1, over: Given<'ActionFailed'> = {}): ActionEvent => ({
  type: 'ActionFailed',
  data: { attempt, effect: 'none', atMs: THEN, windowEndsAtMs: null, error: error(), ...over },
});

export const late = (over: Partial<ActionEventData<'ActionLateOutcome'>> = {}): ActionEvent => ({
  type: 'ActionLateOutcome',
  data: { generation: 1, attempt: 1, outcome: { result: { sent: true } }, atMs: NOW, ...over },
});

export const cancelRequested: ActionEvent = {
  type: 'ActionCancelRequested',
  data: { reason: 'wrong one', atMs: THEN },
};
export const undoRequested: ActionEvent = {
  type: 'ActionUndoRequested',
  data: { reason: 'sent twice', atMs: THEN },
};
export const undoStarted = (attempt = 1, over: Given<'ActionUndoStarted'> = {}): ActionEvent => ({
  type: 'ActionUndoStarted',
  data: { attempt, executor: 'exec-a', atMs: THEN, ...over },
});
export const undoFailed = (attempt = 1, over: Given<'ActionUndoFailed'> = {}): ActionEvent => ({
  type: 'ActionUndoFailed',
  data: { attempt, error: error(), effect: 'none', nextAttemptAtMs: THEN + 100, atMs: THEN, ...over },
});
/** The last attempt to undo. */
export const undoGivenUp = (attempt = 1): ActionEvent => undoFailed(attempt, { nextAttemptAtMs: null });
export const undone: ActionEvent = { type: 'ActionUndone', data: { atMs: THEN } };

/** What an attempt came to. */
export const success = (result: JsonValue = { sent: true }): AttemptOutcome => ({ ok: true, result });
export const failure = (over: Partial<Extract<AttemptOutcome, { ok: false }>> = {}): AttemptOutcome => ({
  ok: false,
  error: error(),
  effect: 'unknown',
  retryable: true,
  ...over,
});

/** When and why an operator says something, and of which generation. */
const word = { generation: 1, reason: 'because', nowMs: NOW };
const verdictOf = (decision: ControlDecision): Verdict =>
  decision.kind === 'append' ? decision : { says: decision.kind };

export const cancel =
  (over: Partial<OperatorsWord> = {}): Command =>
  (state) =>
    verdictOf(decideCancel(state, { ...word, ...over }));

export const retry =
  (over: Partial<RetryExecution> = {}): Command =>
  (state) => {
    const call = { scope: SCOPE, requestId: 'retry-1', executor: 'exec-b', leaseMs: 500 };
    return verdictOf(decideRetry(state, { ...word, ...call, ...over }));
  };

export const resolve =
  (outcome: ResolvedOutcome, over: Partial<ResolveExecution> = {}): Command =>
  (state) =>
    verdictOf(decideResolve(state, { ...word, outcome, evidence: undefined, leaseMs: 500, ...over }));

export const undo =
  (over: Partial<OperatorsWord> = {}): Command =>
  (state) =>
    verdictOf(decideUndo(state, { ...word, requestId: 'undo-1', ...over }));

export const endUndo =
  (outcome: UndoOutcome, over: Partial<SettleUndo> = {}): Command =>
  (state) => {
    const end = { generation: 1, attempt: 1, outcome, nowMs: NOW, random: 0.5 };
    return { events: decideUndoEnd(state, { ...end, ...over }) };
  };

export const takeOverUndo =
  (nowMs = NOW): Command =>
  (state) => ({ events: decideUndoTakeover(state, { executor: 'exec-b', nowMs }) });

export const startUndo =
  (over: Partial<StartUndo> = {}): Command =>
  (state) => {
    const next = { generation: 1, attempt: 1, executor: 'exec-b', nowMs: NOW };
    return { events: decideUndoStart(state, { ...next, ...over }) };
  };

type Verdict = { readonly events: readonly ActionEvent[] } | { readonly says: string };
type Command = (state: ExecutionState) => Verdict;

export const requestCommand = ({
  policy: given,
  ...over
}: Omit<Partial<RequestAction>, 'policy'> & { policy?: PolicyGiven } = {}): RequestAction => ({
  scope: SCOPE,
  action: 'send-invoice',
  version: 1,
  policy: policy(given),
  params: { to: 'ada' },
  paramsDigest: 'digest-a',
  key: 'key-1',
  keyDerived: false,
  requestId: 'call-2',
  metadata: undefined,
  firstSentAtMs: undefined,
  executor: 'exec-a',
  nowMs: NOW,
  ...over,
});

export const request =
  (over: Parameters<typeof requestCommand>[0] = {}): Command =>
  (state) => {
    const decision = decideRequest(state, requestCommand(over));
    if (decision.kind === 'claim') return decision;
    expect(decision.generation).toBe(state.generation);
    return { says: decision.kind === 'refuse' ? decision.code : decision.kind };
  };

export interface SettleGiven {
  readonly generation?: number;
  readonly attempt?: number;
  readonly nowMs?: number;
  readonly random?: number;
}
const attemptEnd = (outcome: AttemptOutcome, over: SettleGiven) => ({
  generation: 1,
  attempt: 1,
  outcome,
  nowMs: NOW,
  random: 0.5,
  ...over,
});

export const settle =
  (outcome: AttemptOutcome, over: SettleGiven = {}): Command =>
  (state) => {
    const decision = decideSettle(state, attemptEnd(outcome, over));
    return decision.kind === 'append' ? decision : { says: decision.kind };
  };

export const probed =
  (answer: ProbeAnswer, over: SettleGiven & { readonly outcome?: AttemptOutcome } = {}): Command =>
  (state) => {
    const { outcome = failure(), ...rest } = over;
    return { events: decideProbed(state, { ...attemptEnd(outcome, rest), answer }) };
  };

export const start =
  (over: { generation?: number; executor?: string; nowMs?: number } = {}): Command =>
  (state) =>
    decideStart(state, { generation: 1, executor: 'exec-b', nowMs: NOW, ...over });

export const takeOver =
  (over: { nowMs?: number } = {}): Command =>
  (state) => {
    const decision = decideTakeover(state, { executor: 'exec-b', nowMs: NOW, random: 0.5, ...over });
    return decision.kind === 'append' ? decision : { says: decision.kind };
  };

export function given(...events: ActionEvent[]) {
  const state = foldExecution(events);
  return {
    state,
    when(command: Command) {
      const verdict = command(state);
      return {
        verdict,
        /** Exactly these, none that the schemas would change or the fold refuse. */
        thenAppends(...expected: ActionEvent[]): void {
          expect('events' in verdict ? verdict.events : verdict).toStrictEqual(expected);
          expected.reduce(evolveExecution, state);
          for (const { type, data } of expected)
            expect(ACTION_EVENT_SCHEMAS[type].parse(data)).toStrictEqual(data);
        },
        thenSays(word: string): void {
          expect(verdict).toEqual({ says: word });
        },
      };
    },
  };
}
