import { afterProbe } from './check-doubled.js';
import { groupBy } from './group-by.js';
import type { Answer, Call, Generation, History, Step, Violation } from './history.js';
import { SAME_TIME_MS } from './history.js';

/**
 * No answer says what the log contradicts: a result is the one recorded, byte for byte; a failure is the one recorded;
 * unknown was recorded as unknown; a new key is called safe only where nothing was recorded, or that nothing happened; and who asks after a result was told
 * is told that result, or to come again. Nor does the log say of the world what the world contradicts: where it says that
 * nothing happened, nothing did.
 */
export function checkLies(history: History): Violation[] {
  const byWork = groupBy(history.calls, ({ work }) => work.id);
  const requestedOf = firstRequests(history.generations);
  const lies = [...byWork].flatMap(([work, calls]) =>
    [
      ...answersOf(calls).flatMap((answer) => contradicted(answer, history, requestedOf.get(work))),
      ...forgotten(calls),
    ].map((what): Violation => ({ kind: 'lie', work, what })),
  );
  return [...lies, ...untrueOfTheWorld(history)];
}

const answersOf = (calls: readonly Call[]): Answer[] => calls.flatMap(({ answers }) => answers);

/** When each piece of work was first recorded. */
function firstRequests(generations: History['generations']): Map<string, number> {
  const first = new Map<string, number>();
  for (const { work, steps } of generations.values()) {
    const atMs = steps[0]?.atMs ?? Number.POSITIVE_INFINITY;
    first.set(work, Math.min(first.get(work) ?? Number.POSITIVE_INFINITY, atMs));
  }
  return first;
}

function contradicted(
  answer: Answer,
  { generations }: History,
  requestedAtMs = Number.POSITIVE_INFINITY,
): string[] {
  const { executionId, newKeySafe, sentAtMs } = answer;
  const lies: string[] = [];
  const generation = generations.get(executionId);
  const isSafe = generation?.steps.some(({ type, effect }) => type === 'ActionFailed' && effect === 'none');
  if (newKeySafe === true && !isSafe && requestedAtMs + SAME_TIME_MS < sentAtMs)
    lies.push(`${answer.status} ${answer.code} calls a new key safe, though the work was recorded before`);
  // That it is not there is a loss.
  if (generation !== undefined) lies.push(...contradictedBy(generation, answer));
  return lies.map((what) => `${what} (gateway ${answer.gateway + 1}, ${answer.via})`);
}

function contradictedBy({ executionId, steps }: Generation, answer: Answer): string[] {
  const { status, code, result } = answer;
  if (status === 200) {
    const recorded = steps.flatMap((step) => (step.type === 'ActionSucceeded' ? [step.result] : []));
    return recorded.length === 1 && recorded[0] === result
      ? []
      : [`${executionId} was answered with ${result}, the log has ${recorded.join(' and ') || 'no result'}`];
  }
  const said = RECORDED_AS[status] ?? null;
  if (said === null || steps.some((step) => said(step, code))) return [];
  return [`${executionId} was answered with ${status} ${code}, which the log does not have`];
}

/** What an answer with this status must stand on. Others say nothing of an outcome. */
const failedWith = ({ type, code: recorded }: Step, code: string): boolean =>
  type === 'ActionFailed' && recorded === code;
const RECORDED_AS: Readonly<Record<number, (step: Step, code: string) => boolean>> = {
  422: failedWith,
  500: ({ type }, code) => type === 'ActionOutcomeUnknown' && code === 'OUTCOME_UNKNOWN',
  502: failedWith,
  504: failedWith,
};

/** Of answers to requests that were sent after somebody had been told the result. */
function forgotten(calls: readonly Call[]): string[] {
  const answers = answersOf(calls);
  const told = answers.filter(({ result }) => result !== undefined);
  const [first] = told.toSorted((a, b) => a.answeredAtMs - b.answeredAtMs);
  if (first === undefined) return [];
  // Each call of a read without a key is a work of its own, so these are one.
  const others = new Set(told.map(({ result }) => result));
  const unequal = others.size > 1 ? [`different results were told: ${[...others].join(' | ')}`] : [];
  const later = answers.filter(({ sentAtMs }) => sentAtMs > first.answeredAtMs);
  const lies = later.filter(({ status }) => status === 202 || status === 422 || status === 500);
  return [
    ...unequal,
    ...lies.map(
      ({ status, code, executionId }) =>
        `${status} ${code} of ${executionId} after the result of ${first.executionId} had been told`,
    ),
  ];
}

/** But for what happened behind a probe that truly said that it had not. */
function untrueOfTheWorld({ generations, effects, probes }: History): Violation[] {
  const isLate = afterProbe(probes);
  const done = new Set(effects.filter((effect) => !isLate(effect)).map(({ effectKey }) => effectKey));
  return [...generations.values()].flatMap(({ executionId, work, effectKey, steps }) =>
    done.has(effectKey) && steps.some(({ type, effect }) => type === 'ActionFailed' && effect === 'none')
      ? [{ kind: 'lie', work, what: `${executionId} is recorded as without effect, and had one` } as const]
      : [],
  );
}
