export const FORMATS = ['table', 'json', 'ndjson', 'id'] as const;
export type Format = (typeof FORMATS)[number];

const isFormat = (text: string | undefined): text is Format => FORMATS.some((format) => format === text);

/** How errors are to be written where the command line could not be understood: the last `-o` that makes sense. */
export function formatIn(argv: readonly string[]): Format {
  let found: Format = 'table';
  for (const [index, text] of argv.entries()) {
    const [, joined] = /^(?:--output=|-o=?)(.+)$/.exec(text) ?? [];
    const value = text === '-o' || text === '--output' ? argv[index + 1] : joined;
    if (isFormat(value)) found = value;
  }
  return found;
}

/** Formats that programs read: stderr holds nothing but one error object. */
export const isJson = (format: Format): boolean => format === 'json' || format === 'ndjson';
