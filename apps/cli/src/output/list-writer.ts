import type { JsonObject } from '@action-do/contracts';
import type { CommandContext } from '../command-context.js';
import { jsonText, printable } from './printable.js';
import { type Column, Table } from './table.js';

/** Writes a list as it comes, page by page; nothing is held but the page. */
export interface ListWriter {
  page(rows: readonly JsonObject[]): Promise<void>;
  end(): Promise<void>;
}

export interface ListLayout {
  readonly columns: readonly Column<JsonObject>[];
  /** What `-o id` prints of a row. */
  readonly id: (row: JsonObject) => string;
}

export function listWriter(context: CommandContext, { columns, id }: ListLayout): ListWriter {
  const { stdout, format } = context;
  const lines = (line: (row: JsonObject) => string): ListWriter => ({
    page: (rows) => stdout.write(rows.map((row) => `${line(row)}\n`).join('')),
    end: async () => undefined,
  });
  switch (format) {
    case 'json':
      return jsonArray((text) => stdout.write(text));
    case 'ndjson':
      return lines((row) => jsonText(row));
    case 'id':
      return lines((row) => printable(id(row)));
    case 'table': {
      const table = new Table(columns, context.columns, context.paint.bold);
      return { page: (rows) => stdout.write(table.page(rows)), end: async () => undefined };
    }
  }
}

/** One array, an item a line, closed whatever came before. */
function jsonArray(write: (text: string) => Promise<void>): ListWriter {
  let before = '[\n  ';
  return {
    page: async (rows) => {
      for (const row of rows) {
        await write(before + jsonText(row));
        before = ',\n  ';
      }
    },
    end: () => write(before === '[\n  ' ? '[]\n' : '\n]\n'),
  };
}
