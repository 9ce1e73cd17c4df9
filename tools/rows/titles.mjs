/** Titles of tests in a source, and which rows of the table they name. */

/** `it('…'`, `test("…"`, `describe.each(…)(`…``: what stands between the quotes. */
const TITLE =
  /^([ \t]*)(it|test|describe|suite)((?:\.\w+(?:\((?:[^()]|\([^()]*\))*\))?)*)\(\s*(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)"|`((?:\\.|[^`\\])*)`)/gm;
/** What the rest of a line of `each` ends with, where its table takes more lines than one. */
const AFTER_TABLE = /^([ \t]*)(?:\]|`)\)\(\s*(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)")/gm;
const SWITCHED_OFF = /\.(?:skip|todo|failing)\b/;
const ROWS = /\brows? (\d+b?(?:(?:, | and | to |, and )\d+b?)*)/g;

/**
 * @param {string} source  @returns {{ title: string, rows: string[] }[]} those that name a row; of a suite that does, each
 * of its tests, behind its own title. What is switched off tests nothing, and is not among them.
 */
export function titlesIn(source) {
  const found = [...headsIn(source)].sort((one, other) => one.from - other.from);
  const off = found.filter(({ isOff }) => isOff);
  const on = found.filter((one) => !off.some((outer) => one.from >= outer.from && one.from < outer.to));
  return on.flatMap(({ title, isSuite, from, to }) => {
    const rows = rowsIn(title);
    if (rows.length === 0) return [];
    if (!isSuite) return [{ title, rows }];
    const inner = on.filter((one) => !one.isSuite && one.from > from && one.from < to);
    return inner.map((one) => ({ title: `${title}: ${one.title}`, rows }));
  });
}

function* headsIn(source) {
  const ends = new Set();
  for (const match of source.matchAll(TITLE)) {
    ends.add(match.index + match[0].length);
    const [whole, indent = '', word, more = '', single, double, template] = match;
    const from = match.index;
    const title = clean(single ?? double ?? template);
    const isSuite = word === 'describe' || word === 'suite';
    yield {
      title,
      isSuite,
      isOff: SWITCHED_OFF.test(more),
      from,
      to: endOf(source, from + whole.length, indent),
    };
  }
  for (const match of source.matchAll(AFTER_TABLE)) {
    const [whole, indent = '', single, double] = match;
    const head = source.lastIndexOf(`\n${indent}`, match.index - 1);
    const word = headOf(source.slice(0, match.index), indent);
    // A table without brackets in its brackets was found above.
    if (word === null || ends.has(match.index + whole.length)) continue;
    const to = endOf(source, match.index + whole.length, indent);
    yield {
      title: clean(single ?? double),
      isSuite: /^(?:describe|suite)/.test(word),
      isOff: SWITCHED_OFF.test(word),
      from: Math.max(head, 0),
      to,
    };
  }
}

/** The `it.each(` of a table that ends where `before` does. */
function headOf(before, indent) {
  const heads = [
    ...before.matchAll(new RegExp(`^${indent}((?:it|test|describe|suite)[\\w.]*\\.each)`, 'gm')),
  ];
  return heads.at(-1)?.[1] ?? null;
}

/** Formatted sources close what they open in the same column. */
function endOf(source, from, indent) {
  const end = source.slice(from).search(new RegExp(`^${indent}\\}[^\\n]*\\);?$`, 'm'));
  return end < 0 ? source.length : from + end;
}

const clean = (title = '') => title.replace(/\\(['"`])/g, '$1');

/** What the simulation must see, by its own lists. @param {string} source  @returns {{ title: string, rows: string[] }[]} */
export const sightingsIn = (source) =>
  [...source.matchAll(/^ {2}'([^']+)',$/gm)].flatMap(([, title = '']) => {
    const rows = rowsIn(title);
    return rows.length > 0 ? [{ title, rows }] : [];
  });

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
