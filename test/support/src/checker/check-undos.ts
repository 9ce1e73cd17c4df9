import type { Evidence, Violation } from './evidence.js';
import type { Told } from './read-log.js';

/** Row 25: what is said to be undone was undone, under a key of its own, and because somebody wanted it. */
export function checkUndos(
  { undos, orders = [] }: Pick<Evidence, 'undos' | 'orders'>,
  executions: ReadonlyMap<string, Told>,
): Violation[] {
  if (undos === undefined) return [];
  const violations: Violation[] = [];
  const blame = (of: string, what: string): void => void violations.push({ invariant: 'undo', of, what });
  const wanted = new Set(orders.flatMap(({ verb, id }) => (verb === 'undo' ? [id] : [])));
  for (const { executionId: of, effectKey, by } of undos) {
    const told = executions.get(of);
    if (!wanted.has(of)) blame(of, `${by} undid it although nobody wanted that`);
    if (told?.generation.undo == null) blame(of, `${by} undid it, and the log knows of no undo`);
    if (effectKey !== `undo:${of}`) blame(of, `${by} undid it under the key ${effectKey}`);
  }
  for (const [id, { generation }] of executions)
    if (generation.status === 'undone' && !undos.some(({ executionId, done }) => done && executionId === id))
      blame(id, 'it is said to be undone, and nobody did it');
  return violations;
}
