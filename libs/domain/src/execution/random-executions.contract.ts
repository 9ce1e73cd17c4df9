import type { ActionEvent, ActionPolicy } from '@action-do/contracts';
import fc from 'fast-check';
import { evolveExecution } from './execution-fold.js';
import { ABSENT, type ExecutionState, isBeingUndone, isClosed } from './execution-state.js';
import { requestCommand } from './execution-story.contract.js';
import { failed, succeeded } from './outcome-events.js';
import { decideRequest, type RequestAction } from './request.decider.js';
import { type AttemptOutcome, decideProbed, decideSettle, type ProbeAnswer } from './settle.decider.js';
import { decideStart } from './start.decider.js';
import { decideTakeover } from './takeover.decider.js';

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
  { weight: 1, arbitrary: fc.record({ do: fc.constant('resolve' as const), ok: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('undo' as const), atOnce: fc.boolean() }) },
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
      write(stream, given.behind, 0, (state) => decideByHand(state, deed, nowMs));
  }
}

/** What operators will be able to do: there is no decider for it yet, but the histories hold it. */
function decideByHand(
  { generation }: ExecutionState,
  deed: Extract<Step['deed'], { do: 'resolve' | 'cancel' | 'undo' }>,
  atMs: number,
): readonly ActionEvent[] {
  if (generation === null) return [];
  const data = { reason: 'by hand', atMs };
  if (deed.do === 'cancel')
    return isClosed(generation) || generation.status === 'unknown'
      ? []
      : [{ type: 'ActionCancelRequested', data }];
  if (deed.do === 'undo') {
    if (isBeingUndone(generation)) return [{ type: 'ActionUndone', data: { atMs } }];
    const may = isClosed(generation) && generation.status !== 'undone';
    if (!may) return [];
    const undone: ActionEvent[] = deed.atOnce ? [{ type: 'ActionUndone', data: { atMs } }] : [];
    return [{ type: 'ActionUndoRequested', data }, ...undone];
  }
  if (generation.status !== 'unknown') return [];
  const by = { atMs, settledBy: 'operator' } as const;
  if (deed.ok) return [succeeded(generation, { ...by, effect: 'applied', result: null })];
  const error = { code: 'OUTCOME_UNKNOWN', message: 'looked at by hand' } as const;
  return [failed(generation, { ...by, effect: 'unknown', error })];
}

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
