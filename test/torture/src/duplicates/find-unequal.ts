import type { Heard } from './client.js';

/** Executions whose answers were not `times` results of the same bytes, each with what is wrong. */
export function findUnequal(heard: readonly Heard[], times: number): string[] {
  const byId = new Map<string, Heard[]>();
  for (const one of heard) byId.set(one.id, [...(byId.get(one.id) ?? []), one]);
  return [...byId].flatMap(([id, answers]) => {
    const troubles = answers.flatMap(({ trouble }) => (trouble === undefined ? [] : [`${id}: ${trouble}`]));
    if (troubles.length > 0) return troubles;
    if (answers.length !== times) return [`${id}: ${answers.length} answers instead of ${times}`];
    const results = new Set(answers.map(({ result }) => result));
    return results.size === 1 ? [] : [`${id}: different results: ${[...results].join(' | ')}`];
  });
}
