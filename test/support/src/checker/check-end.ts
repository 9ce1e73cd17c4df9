import { isBeingUndone } from '@action-do/domain';
import type { Evidence, Violation } from './evidence.js';
import type { Told } from './read-log.js';

const OPEN: readonly string[] = ['pending', 'running', 'retrying'];
/** Of the calls in calm weather, so many must get what they came for. */
const GOOD_SHARE_MIN = 0.9;

/** I4 and I13: when faults have ended, everything comes to its end, and nobody holds anything any more. */
export function checkEnd(
  { afterwards }: Pick<Evidence, 'afterwards'>,
  executions: ReadonlyMap<string, Told>,
): Violation[] {
  if (afterwards === undefined) return [];
  const { waiting, held } = afterwards;
  const open = [...executions.values()].filter(({ generation }) => OPEN.includes(generation.status));
  const undoing = [...executions.values()].filter(({ generation }) => isBeingUndone(generation));
  return [
    ...open.map(({ id, generation }) => ({ invariant: 'I4', of: id, what: `it stays ${generation.status}` })),
    ...undoing.map(({ id }) => ({ invariant: 'I4', of: id, what: 'it is being undone for ever' })),
    ...waiting.map((caller) => ({ invariant: 'I4', what: `caller ${caller} never got an answer` })),
    ...held.map((what) => ({ invariant: 'I13', what })),
  ];
}

/** I8: the views say what the log says. */
export function checkViews(
  { views }: Pick<Evidence, 'views'>,
  executions: ReadonlyMap<string, Told>,
): Violation[] {
  if (views === undefined) return [];
  const violations: Violation[] = [];
  const blame = (of: string, what: string): void => void violations.push({ invariant: 'I8', of, what });
  const rows = new Map(views.map((row) => [row.executionId, row]));
  for (const [id, { generation }] of executions) {
    const row = rows.get(id);
    const wanted = `${generation.status} after ${generation.attempt} attempts, effect ${generation.effect}`;
    if (row === undefined) blame(id, 'the views do not know it');
    else if (`${row.status} after ${row.attempts} attempts, effect ${row.effect}` !== wanted)
      blame(
        id,
        `the views have ${row.status} after ${row.attempts} attempts, effect ${row.effect}; the log ${wanted}`,
      );
  }
  for (const id of rows.keys()) if (!executions.has(id)) blame(id, 'the views have it, the log has not');
  return violations;
}

/** How the calls fared during which nothing was done to the platform. */
export interface CalmCalls {
  readonly good: number;
  readonly all: number;
}

export function calmCalls({ calls, troubles = [] }: Pick<Evidence, 'calls' | 'troubles'>): CalmCalls {
  const calm = calls.filter(
    ({ beganAt, endedAt }) =>
      endedAt !== null && !troubles.some(([from, to]) => from <= endedAt && to >= beganAt),
  );
  const isGood = (kind: string): boolean => kind !== 'nothing' && kind !== 'refused';
  // 422 is what a reused key is for, and 412 what a late repeat is.
  const asItShould = ['IDEMPOTENCY_KEY_REUSED', 'TOO_LATE'];
  const good = calm.filter(
    ({ said }) => isGood(said.kind) || (said.kind === 'refused' && asItShould.includes(said.code)),
  );
  return { good: good.length, all: calm.length };
}

/** I16: a check that sees no success, or no fault, sees nothing. @param fired how often each fault was made */
export function checkBites(calm: CalmCalls, fired: Readonly<Record<string, number>>): Violation[] {
  const { good, all } = calm;
  const never = Object.entries(fired).flatMap(([name, count]) =>
    count === 0 ? [{ invariant: 'I16', what: `never made: ${name}` }] : [],
  );
  if (all > 0 && good >= all * GOOD_SHARE_MIN) return never;
  return [
    ...never,
    { invariant: 'I16', what: `of ${all} calls in calm weather ${good} got what they came for` },
  ];
}
