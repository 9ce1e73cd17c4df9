import { orderlyStops, untouched } from '../history/check-answers.js';
import { FAULTS, type FaultKind, type History, type Violation } from '../history/history.js';
import { takenOver } from '../history/recovery.js';
import type { FleetModeName } from './fault-plan.js';

/** What a mode must have struck; of the one that kills executors, everything at once is the rare end. */
const STRUCK: Readonly<Record<FleetModeName, readonly FaultKind[]>> = {
  kill: ['kill'],
  everything: ['everything'],
  pause: ['pause'],
  bus: ['bus'],
  store: ['store'],
  term: ['term'],
  all: FAULTS,
};

/** Whose executors are away for longer than a lease, so often that some held something; of one kill alone that is not sure. */
const TAKES: readonly FleetModeName[] = ['everything', 'pause', 'all'];

/**
 * I16: a run in which nothing was broken proves something only where there was something to break. What it did not show is
 * a violation: who asked for too little of it is told so.
 */
export function checkShown(mode: FleetModeName, history: History, leaseMs: number): Violation[] {
  const { calls, faults, generations } = history;
  const steps = [...generations.values()].flatMap((generation) => generation.steps);
  const hits = STRUCK[mode];
  const shown: readonly (readonly [what: string, isShown: boolean])[] = [
    ...hits.map((kind) => [`a fault: ${kind}`, faults.some((fault) => fault.kind === kind)] as const),
    ['a call that met no fault', untouched({ calls, faults }).calls > 0],
    [
      'what a killed executor held, and another went on with',
      mode !== 'kill' || takenOver(history, leaseMs).some(({ how }) => how !== 'ended'),
    ],
    [
      'an attempt taken from an executor that was away, or its late outcome',
      !TAKES.includes(mode) ||
        steps.some(({ type, code }) => code === 'LEASE_LOST' || type === 'ActionLateOutcome'),
    ],
    ['a stop in order that nothing disturbed', !hits.includes('term') || orderlyStops(faults).length > 0],
  ];
  return shown
    .filter(([, isShown]) => !isShown)
    .map(([what]) => ({
      kind: 'unproven',
      work: '',
      what: `there was not once ${what}: ask for more rounds`,
    }));
}
