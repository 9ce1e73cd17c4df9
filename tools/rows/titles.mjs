/** Titles of tests in a source, and which rows of the table they name. */

/** `it('…'`, `test("…"`, `describe.each(…)(`…``: what stands between the quotes. */
const TITLE =
  /\b(?:it|test|describe)(?:\.\w+(?:\((?:[^()]|\([^()]*\))*\))?)*\(\s*(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)"|`((?:\\.|[^`\\])*)`)/g;
const ROWS = /\brows? (\d+b?(?:(?:, | and | to |, and )\d+b?)*)/g;

/** @param {string} source  @returns {{ title: string, rows: string[] }[]} those that name a row */
export function titlesIn(source) {
  return [...source.matchAll(TITLE)].flatMap(([, single, double, template]) => {
    const title = (single ?? double ?? template ?? '').replace(/\\(['"`])/g, '$1');
    const rows = rowsIn(title);
    return rows.length > 0 ? [{ title, rows }] : [];
  });
}

/** @param {string} title  @returns {string[]} */
export function rowsIn(title) {
  const rows = [...title.matchAll(ROWS)].flatMap(([, list = '']) =>
    list.split(/, and |, | and /).flatMap((part) => {
      const [from = '', to] = part.split(' to ');
      if (to === undefined) return [from];
      return Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) =>
        String(Number(from) + index),
      );
    }),
  );
  return [...new Set(rows)];
}
