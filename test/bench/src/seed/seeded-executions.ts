import {
  type ActionEvent,
  type ActionPolicy,
  executionId,
  type ScopeHash,
  type TenantName,
} from '@action-do/contracts';
import {
  ABSENT,
  decideRequest,
  decideSettle,
  decideStart,
  type ExecutionState,
  evolveExecution,
} from '@action-do/domain';
import { type Random, seededRandom } from '@action-do/test-support';

/** One execution as the platform would have recorded it, and who asked for it. */
export interface SeededExecution {
  readonly tenant: TenantName;
  readonly scope: ScopeHash;
  readonly action: string;
  readonly actorId: string;
  readonly executionId: string;
  readonly events: readonly ActionEvent[];
}

export interface SeedOptions {
  readonly seed: number;
  readonly tenant: TenantName;
  readonly actions: readonly string[];
  readonly actors: number;
  /** Customers, named in the params: what an indexed path is asked for. */
  readonly customers: number;
  /** When the first was requested; each later one a little after. Milliseconds since the Unix epoch. */
  readonly startMs: number;
}

const POLICY: ActionPolicy = {
  effects: 'idempotent',
  retry: { attemptsMax: 3, initialDelayMs: 200, delayMsMax: 30_000, factor: 2 },
  attemptTimeoutMs: 10_000,
  deadlineMs: 300_000,
  idempotency: { mode: 'params', windowMs: 'forever', perVersion: false, reopen: 'when-safe' },
};
/** One in so many fails for good, needs a second attempt. */
const FAILS_ONE_IN = 50;
const RETRIES_ONE_IN = 20;
const GAP_MS = 20;
const RUN_MS_MAX = 400;

/** Executions without end, through the very deciders that the executor uses; the same seed gives the same ones. */
export function* seededExecutions(options: SeedOptions): Generator<SeededExecution> {
  const random = seededRandom(options.seed);
  for (let number = 0; ; number += 1) yield one(options, number, random);
}

function one(options: SeedOptions, number: number, random: Random): SeededExecution {
  const { tenant, actions, actors, customers, startMs } = options;
  const scope = hex(random, 32) as ScopeHash;
  const action = actions[Math.floor(random() * actions.length)] ?? 'bench-note';
  const requestedMs = startMs + number * GAP_MS;
  const executor = 'seed';
  const events: ActionEvent[] = [];
  let state: ExecutionState = ABSENT;
  const record = (decided: readonly ActionEvent[]): void => {
    for (const event of decided) {
      events.push(event);
      state = evolveExecution(state, event);
    }
  };
  const claim = decideRequest(state, {
    scope,
    action,
    version: 1,
    policy: POLICY,
    params: {
      customer: { id: `cus_${Math.floor(random() * customers)}` },
      orderId: `ord_${number}`,
      amountCents: 1 + Math.floor(random() * 100_000),
      note: 'an order like any other, with a note of some length',
    },
    paramsDigest: hex(random, 64),
    key: `auto:${hex(random, 64)}`,
    keyDerived: true,
    requestId: uuid(random),
    metadata: undefined,
    firstSentAtMs: undefined,
    executor,
    nowMs: requestedMs,
  });
  if (claim.kind !== 'claim') throw new Error('a new key was not claimed');
  record(claim.events);
  const runMs = 1 + Math.floor(random() * RUN_MS_MAX);
  if (random() < 1 / RETRIES_ONE_IN) {
    settle(1, requestedMs + runMs, { ok: false, error: LOST, effect: 'unknown', retryable: true });
    record(decideStart(state, { generation: 1, executor, nowMs: requestedMs + runMs + 300 }).events);
  }
  const attempt = state.generation?.attempt ?? 1;
  const fails = random() < 1 / FAILS_ONE_IN;
  settle(
    attempt,
    requestedMs + 2 * runMs + 300,
    fails
      ? { ok: false, error: DECLINED, effect: 'none', retryable: false }
      : { ok: true, result: { invoiceId: `inv_${number}`, mailed: true } },
  );
  return {
    tenant,
    scope,
    action,
    actorId: `${tenant}-actor${String(Math.floor(random() * actors)).padStart(7, '0')}`,
    executionId: executionId(scope, 1),
    events,
  };

  function settle(
    which: number,
    nowMs: number,
    outcome: Parameters<typeof decideSettle>[1]['outcome'],
  ): void {
    const decision = decideSettle(state, { generation: 1, attempt: which, outcome, nowMs, random: random() });
    if (decision.kind !== 'append') throw new Error('an idempotent action was to be probed');
    record(decision.events);
  }
}

const LOST = { code: 'ACTION_FAILED', message: 'the connection was lost' } as const;
const DECLINED = {
  code: 'ACTION_FAILED',
  message: 'the card was declined',
  cause: { code: 'CARD_DECLINED', message: 'the card was declined' },
} as const;

const DIGITS = '0123456789abcdef';

export const hex = (random: Random, length: number): string =>
  Array.from({ length }, () => DIGITS[Math.floor(random() * 16)]).join('');

export function uuid(random: Random): string {
  const digits = hex(random, 32);
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-7${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20)}`;
}
