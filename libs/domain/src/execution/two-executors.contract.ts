import type { ActionEvent, ActionPolicy } from '@action-do/contracts';
import { foldExecution } from './execution-fold.js';
import type { ExecutionState } from './execution-state.js';
import { requestCommand } from './execution-story.contract.js';
import { decideRequest } from './request.decider.js';
import { type AttemptOutcome, decideProbed, decideSettle, type ProbeAnswer } from './settle.decider.js';
import { decideStart } from './start.decider.js';
import { decideTakeover } from './takeover.decider.js';

/**
 * Two executors that were each given the same work, and one log that takes an append at its newest revision only.
 * `successors` gives every world that one step of either makes of a world: one read, one append, one call of the
 * handler, one death. Worlds are values; whoever explores them all has seen every interleaving.
 *
 * The handler is a truthful one: what it did is in `landed`, and the probe looks there.
 */
export interface World {
  readonly log: readonly ActionEvent[];
  readonly executors: readonly [Executor, Executor];
  /** One entry a call of the handler, in order. */
  readonly calls: readonly Call[];
  readonly crashesLeft: number;
  /** How often a living executor may still be taken for dead. */
  readonly mistakesLeft: number;
}

export interface Call {
  readonly generation: number;
  readonly attempt: number;
  readonly effectKey: string;
  readonly landed: boolean;
  /** What the caller is told of it. */
  readonly says: AttemptOutcome;
}

interface Executor {
  readonly doing: 'request' | 'start' | 'take-over' | 'call' | 'settle' | 'idle' | 'dead';
  /** How many events of the log it has read. */
  readonly seen: number;
  /** Refused by the log: reads before it does anything else. */
  readonly mustRead: boolean;
  readonly attempt: { readonly generation: number; readonly attempt: number } | null;
  readonly outcome: AttemptOutcome | null;
}

export interface Model {
  readonly policy: ActionPolicy;
  /** Whether both were given the very same call, or two calls for the same work. */
  readonly sameCall: boolean;
  readonly crashes: number;
  readonly mistakes: number;
}

const NOW_MS = 5_000;
const RANDOM = 0.5;
const NAMES = ['exec-a', 'exec-b'] as const;
const BROKE = { code: 'ACTION_FAILED', message: 'it broke' } as const;

export const beginning = ({ crashes, mistakes }: Model): World => {
  const executor: Executor = { doing: 'request', seen: 0, mustRead: false, attempt: null, outcome: null };
  return {
    log: [],
    executors: [executor, executor],
    calls: [],
    crashesLeft: crashes,
    mistakesLeft: mistakes,
  };
};

export interface Successors {
  /** What happens if nothing goes wrong from now on. */
  readonly progress: readonly World[];
  readonly trouble: readonly World[];
}

export function successors(world: World, model: Model): Successors {
  const progress: World[] = [];
  const trouble: World[] = [];
  for (const me of [0, 1] as const) {
    const executor = world.executors[me];
    const other = world.executors[1 - me];
    if (executor.doing === 'dead') continue;
    if (executor.doing === 'idle') {
      const taking = become(world, me, { doing: 'take-over', seen: world.log.length });
      if (other?.doing === 'dead') progress.push(taking);
      else if (world.mistakesLeft > 0) trouble.push({ ...taking, mistakesLeft: world.mistakesLeft - 1 });
    } else progress.push(...step(world, me, model));
    if (world.crashesLeft > 0)
      trouble.push({ ...become(world, me, { doing: 'dead' }), crashesLeft: world.crashesLeft - 1 });
  }
  return { progress, trouble };
}

type Me = 0 | 1;

function become(world: World, me: Me, change: Partial<Executor>): World {
  const [a, b] = world.executors;
  return { ...world, executors: me === 0 ? [{ ...a, ...change }, b] : [a, { ...b, ...change }] };
}

function step(world: World, me: Me, model: Model): World[] {
  const executor = world.executors[me];
  if (executor.mustRead) return [become(world, me, { seen: world.log.length, mustRead: false })];
  if (executor.doing === 'call') return callHandler(world, me);
  return decisions(world, me, model, stateOf(world, executor.seen)).map((events) =>
    append(world, me, events),
  );
}

/** Logs are never written to, only followed by longer ones: each is folded once. */
const folded = new WeakMap<readonly ActionEvent[], ExecutionState[]>();

export function stateOf({ log }: World, seen: number = log.length): ExecutionState {
  const states = folded.get(log) ?? [];
  folded.set(log, states);
  states[seen] ??= foldExecution(log.slice(0, seen));
  return states[seen];
}

/** What this executor may write next: more than one possibility only where a probe may or may not be able to tell. */
function decisions(
  world: World,
  me: Me,
  { policy, sameCall }: Model,
  state: ExecutionState,
): (readonly ActionEvent[])[] {
  const { doing, attempt, outcome } = world.executors[me];
  const executor = NAMES[me];
  const at = { nowMs: NOW_MS, random: RANDOM };
  if (doing === 'request') {
    const requestId = sameCall ? 'call' : `call-${executor}`;
    const decision = decideRequest(state, {
      ...requestCommand(),
      policy,
      requestId,
      executor,
      nowMs: NOW_MS,
    });
    return [decision.kind === 'claim' ? decision.events : []];
  }
  if (doing === 'start') {
    const generation = attempt?.generation ?? state.generation?.request.generation ?? 0;
    return [decideStart(state, { generation, executor, nowMs: NOW_MS }).events];
  }
  if (doing === 'settle' && attempt && outcome) {
    const settle = { ...attempt, outcome, ...at };
    const decision = decideSettle(state, settle);
    if (decision.kind === 'append') return [decision.events];
    return probe(world, attempt.generation).map((answer) => decideProbed(state, { ...settle, answer }));
  }
  const decision = decideTakeover(state, { executor, ...at });
  if (decision.kind === 'append') return [decision.events];
  if (decision.kind !== 'probe') return [[]];
  const { settle } = decision;
  return probe(world, settle.generation).map((answer) => decideProbed(state, { ...settle, answer }));
}

const probe = ({ calls }: World, generation: number): ProbeAnswer[] => {
  const landed = calls.some((call) => call.landed && call.generation === generation);
  return [landed ? { state: 'applied', result: 'probed' } : { state: 'not-applied' }, { state: 'unknown' }];
};

function append(world: World, me: Me, events: readonly ActionEvent[]): World {
  const { seen, doing } = world.executors[me];
  if (events.length > 0 && seen !== world.log.length) return become(world, me, { mustRead: true });
  const log = events.length > 0 ? [...world.log, ...events] : world.log;
  const next = become({ ...world, log }, me, { seen: events.length > 0 ? log.length : seen, outcome: null });
  const { generation } = stateOf(next, next.executors[me].seen);
  const last = events.at(-1);
  if (last?.type === 'ActionStarted' && generation)
    return become(next, me, {
      doing: 'call',
      attempt: { generation: generation.request.generation, attempt: last.data.attempt },
    });
  const goesOn =
    generation?.status === 'retrying' || (doing === 'take-over' && generation?.status === 'pending');
  const begins = goesOn && doing !== 'request' && doing !== 'start';
  return become(next, me, { doing: begins ? 'start' : 'idle', attempt: null });
}

function callHandler(world: World, me: Me): World[] {
  const { attempt, seen } = world.executors[me];
  const request = stateOf(world, seen).generation?.request;
  if (!attempt || !request) throw new Error('a handler is called only for an attempt that was begun');
  const failure = { ok: false, error: BROKE, retryable: true } as const;
  const ends: [landed: boolean, says: AttemptOutcome][] = [
    [true, { ok: true, result: 'done' }],
    [true, { ...failure, effect: 'unknown' }],
    [true, { ...failure, effect: 'applied' }],
    [false, { ...failure, effect: 'unknown' }],
    [false, { ...failure, effect: 'none' }],
  ];
  return ends.map(([landed, says]) => {
    const call: Call = { ...attempt, effectKey: request.effectKey, landed, says };
    return become({ ...world, calls: [...world.calls, call] }, me, { doing: 'settle', outcome: says });
  });
}
