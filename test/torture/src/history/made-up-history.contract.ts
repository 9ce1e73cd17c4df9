import type { CallLine, Effect } from '@action-do/test-support';
import type { Answer, Call, Fault, Generation, History, Step, Work } from './history.js';

/** When everything began, in made-up histories: small numbers that stand for milliseconds. */
export const T0 = 1_000_000;
export const ID = 'exe_abc-1';
export const KEY = 'abc-1';
const RESULT = '{"id":"w"}';

export const work = (over: Partial<Work> = {}): Work => ({
  id: 'w',
  place: 'local',
  effects: 'idempotent',
  holdMs: 0,
  failures: 0,
  refuses: false,
  key: undefined,
  ...over,
});

export const answer = (over: Partial<Answer> = {}): Answer => ({
  gateway: 0,
  via: 'execute',
  waitSeconds: 20,
  sentAtMs: T0,
  answeredAtMs: T0 + 30,
  status: 200,
  how: 'executed',
  shouldRetry: '',
  retryAfterMs: 0,
  code: '',
  detail: '',
  executionId: ID,
  ...(over.status === undefined && { result: RESULT }),
  ...over,
});

export const call = (over: Partial<Call> = {}): Call => ({
  work: work(),
  requestId: 'r',
  begunAtMs: T0,
  endedAtMs: T0 + 30,
  answers: [answer()],
  end: 'result',
  ...over,
});

export const step = (type: string, atMs: number, over: Partial<Step> = {}): Step => ({
  type,
  atMs: T0 + atMs,
  attempt: 1,
  ...over,
});

export const DONE: readonly Step[] = [
  step('ActionRequested', 1),
  step('ActionStarted', 1, { executor: 'a' }),
  step('ActionSucceeded', 9, { result: RESULT, effect: 'applied' }),
];

export const generation = (over: Partial<Generation> = {}): Generation => ({
  executionId: ID,
  stream: 'action-default.abc',
  work: 'w',
  action: 'local-idempotent',
  effects: 'idempotent',
  effectKey: KEY,
  steps: DONE,
  ...over,
});

export const line = (over: Partial<CallLine> = {}): CallLine => ({
  action: 'local-idempotent',
  work: 'w',
  executionId: ID,
  effectKey: KEY,
  attempt: 1,
  pid: 1,
  atMs: T0 + 3,
  ...over,
});

export const effect = (over: Partial<Effect> = {}): Effect => ({
  effectKey: KEY,
  attempt: 1,
  pid: 1,
  nonce: 'n',
  atMs: T0 + 5,
  ...over,
});

export const fault = (over: Partial<Fault> = {}): Fault => ({
  kind: 'kill',
  victims: [{ name: 'executor 1', pid: 1 }],
  fromMs: T0,
  untilMs: T0 + 2_000,
  healedAtMs: T0 + 3_000,
  ...over,
});

type Sides = Omit<History, 'generations'> & { readonly generations: readonly Generation[] };

/** One piece of work, asked for once, done once and recorded; with what is said otherwise. */
export function history(over: Partial<Sides> = {}): History {
  const { generations = [generation()], ...others } = over;
  return {
    calls: [call()],
    handlerCalls: [line()],
    given: [{ executionId: ID, attempt: 1, pid: 1, result: RESULT }],
    effects: [effect()],
    probes: [],
    faults: [],
    ...others,
    generations: new Map(generations.map((one) => [one.executionId, one])),
  };
}
