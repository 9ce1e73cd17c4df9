import type { RecordedEvent } from '@action-do/event-store';
import { type EffectsPlace, PLACES } from '@action-do/test-support';
import { behindWaitMs, checkFailed, checkHangs, orderlyStops, untouched } from '../history/check-answers.js';
import { checkDoubled, checkEffects } from '../history/check-doubled.js';
import { checkLies } from '../history/check-lies.js';
import { checkLost } from '../history/check-lost.js';
import { checkStuck } from '../history/check-stuck.js';
import { type Answer, FAULTS, type History, VIOLATIONS, type Violation } from '../history/history.js';
import { goesOnWithinMs, percentile, type TakenOver, takenOver } from '../history/recovery.js';
import { checkInvariants } from '../history/second-opinion.js';
import { checkShown } from './check-shown.js';
import type { FleetModeName } from './fault-plan.js';

/** I16: outside of faults. */
const ANSWERED_SHARE_MIN = 0.9;

export interface Judgement {
  readonly violations: readonly Violation[];
  readonly figures: Readonly<Record<string, string | number>>;
}

export interface Allowed {
  readonly mode: FleetModeName;
  readonly leaseMs: number;
  /** What a takeover may be late by: where the machine does other work. */
  readonly lateMs: number;
}

/**
 * All that is wrong with what happened, and the table of what happened.
 * @param log what the log holds of actions, in order
 */
export function judge(history: History, log: readonly RecordedEvent[], allowed: Allowed): Judgement {
  const calm = untouched(history);
  const recovery = recoveryOf(history, allowed);
  const violations = [
    ...checkLost(history),
    ...checkDoubled(history),
    ...checkStuck(history),
    ...checkLies(history),
    ...checkHangs(history),
    ...checkFailed(history),
    ...checkInvariants(history, log),
    ...checkShown(allowed.mode, history, allowed.leaseMs),
    ...recovery.violations,
  ];
  if (calm.answered < calm.calls * ANSWERED_SHARE_MIN)
    violations.push({
      kind: 'failed',
      work: '',
      what: `of ${calm.calls} calls that met no fault ${calm.answered} were answered`,
    });
  return {
    violations,
    figures: {
      ...faultsOf(history),
      'stops in order that nothing disturbed': orderlyStops(history.faults).length,
      ...callsOf(history),
      ...stepsOf(history),
      'verifiable work that landed behind its probe, in a pause': checkEffects(history).landedLate,
      'rows of the views compared': history.views?.rows.length ?? 0,
      'calls that met no fault': calm.calls,
      'of those with an outcome': calm.answered,
      ...recovery.figures,
    },
  };
}

/** From the death of an executor to the next record of what it held: begun again by another one, or parked. */
function recoveryOf(history: History, { leaseMs, lateMs }: Allowed): Judgement {
  const held = takenOver(history, leaseMs);
  const figures: Record<string, string | number> = {};
  const violations: Violation[] = [];
  for (const place of PLACES) {
    const here = held.filter(({ action }) => action.startsWith(place));
    const goneOn = here.filter(({ how }) => how !== 'ended').map(({ afterMs }) => afterMs);
    const p99 = percentile(goneOn, 0.99);
    const who = `held by killed executors, ${HANDLERS[place]}`;
    const count = (how: TakenOver['how']): number => here.filter((one) => one.how === how).length;
    figures[who] = here.length;
    figures[`${who}: begun again, parked, ended`] =
      `${count('begun')}, ${count('parked')}, ${count('ended')}`;
    figures[`${who}: went on after, p50, p99, most, ms`] = [
      percentile(goneOn, 0.5),
      p99,
      percentile(goneOn, 1),
    ]
      .map((ms) => (Number.isNaN(ms) ? 'none' : Math.round(ms)))
      .join(', ');
    if (p99 <= goesOnWithinMs(leaseMs) + lateMs || Number.isNaN(p99)) continue;
    violations.push({ kind: 'stuck', work: '', what: `${who}, went on after ${Math.round(p99)} ms (p99)` });
  }
  return { figures, violations };
}

const HANDLERS: Readonly<Record<EffectsPlace, string>> = {
  local: 'performed by them',
  remote: 'performed by workers',
};

/** How often each kind of promise was broken; none of them is left out. */
export const countViolations = (violations: readonly Violation[]): Record<string, number> =>
  Object.fromEntries(
    VIOLATIONS.map((kind) => [`violations: ${kind}`, violations.filter((one) => one.kind === kind).length]),
  );

const faultsOf = ({ faults }: History): Record<string, number> =>
  Object.fromEntries(
    FAULTS.map((kind) => [`faults: ${kind}`, faults.filter((fault) => fault.kind === kind).length]).filter(
      ([, count]) => count !== 0,
    ),
  );

function callsOf({ calls, generations, handlerCalls, effects }: History): Record<string, number> {
  const answers = calls.flatMap((call) => call.answers);
  const count = (is: (answer: Answer) => boolean): number => answers.filter(is).length;
  const lost = (what: Answer['lost']): number => count((answer) => answer.lost === what);
  return {
    calls: calls.length,
    requests: answers.length,
    'answered with a result': count(({ status }) => status === 200),
    'answered as accepted': count(({ status }) => status === 202),
    'answered with a recorded failure': count(({ status }) => status === 422 || status === 502),
    'answered as unknown': count(({ status }) => status === 500),
    'told to come again': count(({ status }) => status === 503 || status === 429),
    'connections refused': lost('refused'),
    'kept connections found closed': lost('stale'),
    'answers cut off': lost('cut'),
    'latest answer behind its wait, ms': Math.round(
      answers.reduce((most, answer) => Math.max(most, behindWaitMs(answer)), Number.NEGATIVE_INFINITY),
    ),
    'longest call, ms': calls.reduce((most, call) => Math.max(most, call.endedAtMs - call.begunAtMs), 0),
    executions: generations.size,
    'handler calls': handlerCalls.length,
    effects: effects.length,
  };
}

function stepsOf({ generations }: History): Record<string, number> {
  const steps = [...generations.values()].flatMap((generation) => generation.steps);
  const count = (type: string, code?: string): number =>
    steps.filter((step) => step.type === type && (code === undefined || step.code === code)).length;
  return {
    'attempts lost with their executor': count('ActionAttemptFailed', 'LEASE_LOST'),
    'parked as unknown': count('ActionOutcomeUnknown'),
    'late outcomes': count('ActionLateOutcome'),
  };
}
