import { displayWidth, fitted } from './display-width.js';
import { printable } from './printable.js';

export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  /** May be cut short where the terminal is too narrow; the others never are. */
  readonly shrinks?: boolean;
  /** Adds colour, after everything has been measured. */
  readonly paint?: (text: string, row: Row) => string;
}

const GAP = '  ';
const SHRUNK_MIN = 8;

/**
 * Rows under one another, page by page: a later page is never narrower than the pages before, so that columns stay in
 * line as far as they can without having seen all rows.
 */
export class Table<Row> {
  #widths: number[];
  #hasHead = false;

  /** @param columns width of the terminal; undefined = none, and nothing is cut */
  constructor(
    private readonly layout: readonly Column<Row>[],
    private readonly columns: number | undefined,
    private readonly head: (text: string) => string,
  ) {
    this.#widths = layout.map(({ title }) => title.length);
  }

  /** The lines of one page, the titles above the first. */
  page(rows: readonly Row[]): string {
    const texts = rows.map((row) => this.layout.map(({ text }) => printable(text(row))));
    const wanted = this.#widths.map((width, c) =>
      texts.reduce((most, cells) => Math.max(most, displayWidth(cells[c] ?? '')), width),
    );
    this.#widths = this.#shrunk(wanted);
    const lines = rows.map((row, r) =>
      this.#line(texts[r] ?? [], (text, c) => this.layout[c]?.paint?.(text, row) ?? text),
    );
    if (!this.#hasHead) {
      this.#hasHead = true;
      const titles = this.layout.map(({ title }) => title);
      lines.unshift(this.head(this.#line(titles, (text) => text)));
    }
    return lines.map((line) => `${line}\n`).join('');
  }

  #line(cells: readonly string[], paint: (text: string, column: number) => string): string {
    const last = cells.length - 1;
    return cells
      .map((cell, c) => {
        const width = this.#widths[c] ?? 0;
        const text = this.columns === undefined ? cell : fitted(cell, width);
        // Nothing after the last text: copied lines would bring it along.
        const padding = c === last ? '' : ' '.repeat(Math.max(0, width - displayWidth(text)));
        return paint(text, c) + padding;
      })
      .join(GAP)
      .trimEnd();
  }

  /** Takes what is too much from the columns that may shrink, from the widest first. */
  #shrunk(wanted: readonly number[]): number[] {
    const widths = [...wanted];
    if (this.columns === undefined) return widths;
    const gaps = GAP.length * (widths.length - 1);
    let excess = widths.reduce((sum, width) => sum + width, gaps) - this.columns;
    while (excess > 0) {
      const widest = this.layout
        .map(({ shrinks }, c) => ({ c, width: shrinks ? (widths[c] ?? 0) : 0 }))
        .reduce((most, one) => (one.width > most.width ? one : most));
      if (widest.width <= SHRUNK_MIN) break;
      widths[widest.c] = widest.width - 1;
      excess -= 1;
    }
    return widths;
  }
}
