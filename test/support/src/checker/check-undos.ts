import type { Evidence, UndoCall, Violation } from './evidence.js';
import type { Told } from './read-log.js';

type Blame = (of: string, what: string) => void;

/**
 * Row 25: what is said to be undone was undone, under a key of its own, and because somebody wanted it; each attempt to
 * undo is made by whoever began it, while it was not undone; and what was undone is not told as done.
 */
export function checkUndos(
  { undos, orders = [], afterwards }: Pick<Evidence, 'undos' | 'orders' | 'afterwards'>,
  executions: ReadonlyMap<string, Told>,
): Violation[] {
  if (undos === undefined) return [];
  const violations: Violation[] = [];
  const blame: Blame = (of, what) => void violations.push({ invariant: 'undo', of, what });
  const wanted = new Set(orders.flatMap(({ verb, id }) => (verb === 'undo' ? [id] : [])));
  for (const { executionId: of, effectKey, by } of undos) {
    if (!wanted.has(of)) blame(of, `${by} undid it although nobody wanted that`);
    if (effectKey !== `undo:${of}`) blame(of, `${by} undid it under the key ${effectKey}`);
  }
  eachByOne(undos, executions, blame);
  for (const [id, { generation }] of executions)
    if (generation.status === 'undone' && !undos.some(({ executionId, done }) => done && executionId === id))
      blame(id, 'it is said to be undone, and nobody did it');
  if (afterwards !== undefined) toldAsDone(undos, executions, afterwards.living ?? [], blame);
  return violations;
}

/** The author's undo is called only when its ActionUndoStarted is durable, by whoever that names, and by nobody else. */
function eachByOne(undos: readonly UndoCall[], executions: ReadonlyMap<string, Told>, blame: Blame): void {
  const makers = new Map<string, string>();
  const executors = new Set(
    [...executions.values()].flatMap(({ undosStarted }) =>
      [...undosStarted.values()].map(({ executor }) => executor),
    ),
  );
  for (const { executionId: of, attempt, by, logEnd } of undos) {
    const told = executions.get(of);
    const started = told?.undosStarted.get(attempt);
    const what = `attempt ${attempt} to undo it`;
    if (started === undefined) blame(of, `${by} made ${what}, which the log does not know`);
    else if (logEnd !== undefined && started.position > logEnd)
      blame(of, `${by} made ${what} before its ActionUndoStarted was durable`);
    // Whoever performs for an executor is named in no event, and its message may reach it late.
    else if (executors.has(by) && by !== started.executor)
      blame(of, `${by} made ${what}, which ${started.executor} began`);
    const undoneAt = told?.undoneAt ?? null;
    if (undoneAt !== null && logEnd !== undefined && undoneAt <= logEnd && executors.has(by))
      blame(of, `${by} made ${what} when it was undone already`);
    const before = makers.get(`${of} ${attempt}`);
    if (before !== undefined && before !== by) blame(of, `${what} was made by ${before} and by ${by}`);
    makers.set(`${of} ${attempt}`, by);
  }
}

/**
 * An undo that succeeded outside: nobody says that it did nothing, and the executor that made it itself, and lives, has
 * said that it did. A worker is not heard behind the time of an attempt to undo, and of an execution that another followed
 * nothing is recorded any more.
 */
function toldAsDone(
  undos: readonly UndoCall[],
  executions: ReadonlyMap<string, Told>,
  living: readonly string[],
  blame: Blame,
): void {
  const newest = new Map([...executions.values()].map((told) => [told.stream, told.id]));
  for (const { executionId: of, attempt, by, done } of undos) {
    const told = executions.get(of);
    if (!done || told === undefined || newest.get(told.stream) !== of) continue;
    const { undo } = told.generation;
    if (undo?.status !== 'failed') continue;
    if (undo.effect === 'none') blame(of, `${by} undid it, and it is said that what was done stands`);
    else if (told.undosStarted.get(attempt)?.executor === by && living.includes(by))
      blame(of, `${by} undid it in attempt ${attempt}, and has not said so`);
  }
}
