import type { ActionEvent, ActionPolicy, ResolvedOutcome } from '@action-do/contracts';
import fc from 'fast-check';
import { decideCancel } from './cancel.decider.js';
import type { ControlDecision } from './control-decision.js';
import { evolveExecution } from './execution-fold.js';
import { ABSENT, type ExecutionState } from './execution-state.js';
import { requestCommand, SCOPE } from './execution-story.contract.js';
import { decideRequest, type RequestAction } from './request.decider.js';
import { decideResolve } from './resolve.decider.js';
import { decideRetry } from './retry.decider.js';
import { type AttemptOutcome, decideProbed, decideSettle, type ProbeAnswer } from './settle.decider.js';
import { decideStart } from './start.decider.js';
import { decideTakeover } from './takeover.decider.js';
import {
  decideUndo,
  decideUndoEnd,
  decideUndoStart,
  decideUndoTakeover,
  type UndoOutcome,
} from './undo.decider.js';

/**
 * Executors that do anything in any order on one key's stream, each with a clock of its own and each acting on what
 * it saw some time ago. The log takes an append at its newest revision only; whoever is refused looks again
 * and decides again, once, with nobody in between.
 */

const effects = fc.constantFrom('none', 'applied', 'unknown' as const);
const outcome: fc.Arbitrary<AttemptOutcome> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({ ok: fc.constant(true as const), result: fc.constantFrom(null, 1, 'x') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ok: fc.constant(false as const),
      error: fc.constantFrom(
        { code: 'ACTION_FAILED' as const, message: 'a' },
        { code: 'TIMED_OUT' as const, message: 't' },
        { code: 'NO_HANDLER' as const, message: 'n' },
      ),
      effect: effects,
      retryable: fc.constantFrom(true, true, false),
    }),
  },
);
const answer: fc.Arbitrary<ProbeAnswer> = fc.constantFrom<ProbeAnswer[]>(
  { state: 'applied', result: 'probed' },
  { state: 'not-applied' },
  { state: 'unknown' },
);

/** Said of the generation before the newest. */
const old = fc.constantFrom(false, false, false, true);

const deed = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('request' as const),
      call: fc.nat({ max: 7 }),
      params: fc.constantFrom('a', 'a', 'a', 'a', 'a', 'b'),
      version: fc.nat({ max: 1 }),
      begins: fc.boolean(),
      firstSentAgoMs: fc.constantFrom(undefined, undefined, undefined, 0, 500),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      which: fc.constantFrom(0, 0, 0, 0, 1, 2, 5),
      outcome,
      answer,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('start' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('take-over' as const), answer }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('resolve' as const),
      outcome: fc.constantFrom<ResolvedOutcome[]>(
        { result: 'resolved' },
        { error: { message: 'looked at by hand', effect: 'none' } },
        { error: { message: 'looked at by hand', effect: 'applied' } },
      ),
      evidence: fc.constantFrom(undefined, 'seen'),
      old,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), old }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('retry' as const),
      call: fc.nat({ max: 3 }),
      begins: fc.boolean(),
      old,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('undo' as const), old }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('start-undo' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('end-undo' as const),
      lost: fc.boolean(),
      behindBy: fc.constantFrom(0, 0, 0, 1),
      // Mostly well: of what is undone, much more can follow.
      undone: fc.constantFrom<UndoOutcome[]>(
        { ok: true },
        { ok: true },
        { ok: true },
        { ok: true },
        { ok: false, retryable: true, effect: 'unknown', error: { code: 'ACTION_FAILED', message: 'u' } },
        { ok: false, retryable: true, effect: 'none', error: { code: 'NO_HANDLER', message: 'n' } },
        { ok: false, retryable: false, effect: 'none', error: { code: 'ACTION_FAILED', message: 'u' } },
      ),
    }),
  },
);

const step = fc.record({
  deed,
  executor: fc.constantFrom('exec-a', 'exec-b', 'exec-c'),
  /** How many of the newest events this executor has not seen yet. */
  behind: fc.constantFrom(0, 0, 0, 1, 2, 3),
  passMs: fc.constantFrom(0, 0, 1, 1, 10, 10, 40, 40, 300, 300, 300, 6_000),
  skewMs: fc.integer({ min: -30, max: 30 }),
  random: fc.double({ min: 0, max: 0.999, noNaN: true }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const policy: fc.Arbitrary<ActionPolicy> = fc.record({
  effects: fc.constantFrom('none', 'idempotent', 'transactional', 'verifiable', 'unsafe' as const),
  retry: fc.record({
    attemptsMax: fc.integer({ min: 1, max: 4 }),
    initialDelayMs: fc.constantFrom(0, 20, 200),
    delayMsMax: fc.constantFrom(0, 50, 1_000),
    factor: fc.constantFrom(1, 2),
  }),
  attemptTimeoutMs: fc.constant(1_000),
  deadlineMs: fc.constantFrom(40, 5_000, 1_000_000, 1_000_000),
  idempotency: fc.record({
    mode: fc.constant('params' as const),
    windowMs: fc.constantFrom<(number | 'forever')[]>('forever', 60, 350),
    perVersion: fc.constant(false),
    reopen: fc.constantFrom('when-safe', 'when-safe', 'never' as const),
  }),
});

/** Two releases of one action, and what happens to it. */
export const script = fc.record({
  policies: fc.tuple(policy, policy),
  steps: fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }),
});
export type Script = {
  readonly policies: readonly [ActionPolicy, ActionPolicy];
  readonly steps: readonly Step[];
};

export interface Stream {
  readonly history: ActionEvent[];
  /** The state after each event, built one event at a time; the first is before any. */
  readonly states: ExecutionState[];
  /** What the callers were told, and upon which state. */
  readonly told: { readonly command: RequestAction; readonly state: ExecutionState; readonly kind: string }[];
  /** The ends of attempts, and what was written of each upon which state. */
  readonly ends: {
    readonly attempt: Begun;
    readonly state: ExecutionState;
    readonly events: readonly ActionEvent[];
  }[];
}

/** Ends with a clock that is behind nobody's. */
export interface Played {
  readonly stream: Stream;
  readonly nowMs: number;
}

export function play({ policies, steps }: Script): Played {
  const stream: Stream = { history: [], states: [ABSENT], told: [], ends: [] };
  let nowMs = 1_000;
  for (const one of steps) {
    nowMs += one.passMs;
    act(stream, one, policies, nowMs + one.skewMs);
  }
  return { stream, nowMs: nowMs + 100 };
}

type Decide = (state: ExecutionState) => readonly ActionEvent[];

function act(stream: Stream, given: Step, policies: Script['policies'], nowMs: number): void {
  const { deed, executor, random } = given;
  switch (deed.do) {
    case 'request': {
      const { call, params, version, begins, firstSentAgoMs } = deed;
      const command: RequestAction = {
        ...requestCommand(),
        policy: policies[version] ?? policies[0],
        version: version + 1,
        params: { of: params },
        paramsDigest: params,
        requestId: `call-${call}`,
        firstSentAtMs: firstSentAgoMs === undefined ? undefined : nowMs - firstSentAgoMs,
        executor: begins ? executor : null,
        nowMs,
      };
      write(stream, given.behind, 0, (state) => {
        const decision = decideRequest(state, command);
        stream.told.push({ command, state, kind: decision.kind });
        return decision.kind === 'claim' ? decision.events : [];
      });
      break;
    }
    case 'settle': {
      const begun = attemptsOf(stream);
      const attempt = begun.at(-1 - (deed.which % Math.max(1, begun.length)));
      if (!attempt) break;
      // Whoever settles an attempt has seen it begin.
      write(stream, given.behind, attempt.at + 1, (state) => {
        const command = { ...attempt, outcome: deed.outcome, nowMs, random };
        const decision = decideSettle(state, command);
        const { answer } = deed;
        const events =
          decision.kind === 'append' ? decision.events : decideProbed(state, { ...command, answer });
        stream.ends.push({ attempt, state, events });
        return events;
      });
      break;
    }
    case 'start':
      write(stream, given.behind, 0, (state) => {
        const generation = state.generation?.request.generation ?? 1;
        return decideStart(state, { generation, executor, nowMs }).events;
      });
      break;
    case 'take-over':
      write(stream, given.behind, 0, (state) => {
        const decision = decideTakeover(state, { executor, nowMs, random });
        if (decision.kind === 'append') return decision.events;
        if (decision.kind !== 'probe') return [];
        return decideProbed(state, { ...decision.settle, answer: deed.answer });
      });
      break;
    default:
      write(stream, given.behind, 0, (state) => decideByHand(state, deed, given, nowMs));
  }
}

type ByHand = Extract<
  Step['deed'],
  { do: 'resolve' | 'cancel' | 'undo' | 'retry' | 'start-undo' | 'end-undo' }
>;

/** What operators have done, and what becomes of an undo. Their words are about the newest generation, or the one before. */
function decideByHand(
  state: ExecutionState,
  deed: ByHand,
  { executor, random }: Step,
  nowMs: number,
): readonly ActionEvent[] {
  const { generation } = state;
  const number = generation?.request.generation ?? 1;
  const reason = 'by hand';
  const word = { generation: 'old' in deed && deed.old ? number - 1 : number, reason, nowMs };
  const leaseMs = 20;
  switch (deed.do) {
    case 'cancel':
      return eventsOf(decideCancel(state, word));
    case 'undo':
      return eventsOf(decideUndo(state, { ...word, requestId: `undo-${nowMs}` }));
    case 'retry':
      return eventsOf(
        decideRetry(state, {
          ...word,
          scope: SCOPE,
          requestId: `retry-${deed.call}`,
          executor: deed.begins ? executor : null,
          leaseMs,
        }),
      );
    case 'resolve': {
      const { outcome, evidence } = deed;
      return eventsOf(decideResolve(state, { ...word, outcome, evidence, leaseMs }));
    }
    case 'start-undo': {
      const attempt = (generation?.undo?.attempt ?? 0) + 1;
      return decideUndoStart(state, { generation: number, attempt, executor, nowMs });
    }
    case 'end-undo': {
      if (deed.lost) return decideUndoTakeover(state, { executor, nowMs });
      const { undone: outcome, behindBy } = deed;
      const attempt = (generation?.undo?.attempt ?? 0) - behindBy;
      // Whoever settles an attempt has seen it begin.
      if (attempt < 1) return [];
      return decideUndoEnd(state, {
        generation: number,
        attempt,
        outcome,
        nowMs,
        random,
      });
    }
  }
}

const eventsOf = (decision: ControlDecision): readonly ActionEvent[] =>
  decision.kind === 'append' ? decision.events : [];

function write(stream: Stream, behind: number, seenAtLeast: number, decide: Decide): void {
  const newest = stream.history.length;
  const seen = Math.max(newest - behind, Math.min(seenAtLeast, newest));
  const early = decide(stateAt(stream, seen));
  const events = seen === newest || early.length === 0 ? early : decide(stateAt(stream, newest));
  for (const event of events) {
    stream.history.push(deepFreeze(event));
    stream.states.push(deepFreeze(evolveExecution(stateAt(stream, stream.history.length - 1), event)));
  }
}

export const stateAt = ({ states }: Stream, at: number): ExecutionState => states[at] ?? ABSENT;

interface Begun {
  readonly generation: number;
  readonly attempt: number;
  readonly at: number;
}
function attemptsOf({ history }: Stream): Begun[] {
  let generation = 0;
  return history.flatMap(({ type, data }, at) => {
    if (type === 'ActionRequested') generation = data.generation;
    return type === 'ActionStarted' ? [{ generation, attempt: data.attempt, at }] : [];
  });
}

/** Whoever writes to what it was given is found out. */
function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
