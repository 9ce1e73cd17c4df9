/** The name that takes the fewest changes to get to, letters' case aside; of equally near ones the first. */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  const lower = given.toLowerCase();
  let nearest: { name: string; changes: number } | undefined;
  for (const name of known) {
    const changes = changesBetween(lower, name.toLowerCase());
    if (nearest === undefined || changes < nearest.changes) nearest = { name, changes };
  }
  return nearest?.name;
}

/** Letters to insert, remove or replace (Levenshtein). */
function changesBetween(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    above = current;
  }
  return above[b.length] ?? 0;
}
